//! Mail through a `bindings.smtp` component.

use std::collections::HashMap;

use serde_json::Value;
use todo_dapr::Dapr;
use todo_events::Channel;
use todo_service_kit::Clock;

use super::courier::{Carrier, CarryError};
use crate::{config::EmailConfig, domain::Mail, ledger::Delivery};

/// Sends mail, if there is a binding for it.
pub(crate) struct EmailCarrier {
    pub(crate) dapr: Dapr,
    pub(crate) config: Option<EmailConfig>,
    pub(crate) clock: Clock,
}

impl Carrier for EmailCarrier {
    const CHANNEL: Channel = Channel::Email;

    /// The binding remembers the metadata of the request before, so all three are in every request, and CC and BCC in
    /// none: a recipient once set there would get everybody's mail.
    async fn carry(&self, row: &Delivery) -> Result<(), CarryError> {
        let config =
            self.config.as_ref().ok_or(CarryError::Never("mail is not set up any more"))?;
        let to = row.email.as_ref().ok_or(CarryError::Never("the user has no address any more"))?;
        let mail = Mail::of(&row.notification(self.clock.now()));
        let metadata = HashMap::from([
            ("emailTo", to.as_str()),
            ("emailFrom", config.from.as_str()),
            ("subject", mail.subject.as_str()),
        ]);
        let body = Value::String(mail.html);
        let sent = self.dapr.binding(&config.binding, "create", Some(&body), &metadata).await;
        sent.map(drop).map_err(|error| CarryError::Later(error.to_string()))
    }
}
