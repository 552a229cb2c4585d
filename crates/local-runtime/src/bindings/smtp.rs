//! `bindings.smtp` without TLS, for a mail sink on the same machine.

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp::authentication::Credentials,
};

use super::{BindingRequest, BindingResponse};
use crate::components::Settings;

/// One mail server. Sends go one at a time, as the real component needs it (its request metadata leak otherwise).
pub(crate) struct SmtpBinding {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    defaults: Fields,
    sending: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug, Default)]
struct Fields {
    from: Option<String>,
    to: Option<String>,
    cc: Option<String>,
    bcc: Option<String>,
    subject: Option<String>,
}

impl Fields {
    fn read<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let own = |name: &str| get(name).map(str::to_owned);
        Self {
            from: own("emailFrom"),
            to: own("emailTo"),
            cc: own("emailCC"),
            bcc: own("emailBCC"),
            subject: own("subject"),
        }
    }

    fn or(self, other: &Self) -> Self {
        Self {
            from: self.from.or_else(|| other.from.clone()),
            to: self.to.or_else(|| other.to.clone()),
            cc: self.cc.or_else(|| other.cc.clone()),
            bcc: self.bcc.or_else(|| other.bcc.clone()),
            subject: self.subject.or_else(|| other.subject.clone()),
        }
    }
}

impl SmtpBinding {
    pub(super) fn new(settings: &Settings) -> Result<Self, String> {
        let host = settings.required("host")?;
        let port = settings.number("port")?.ok_or("metadata port is missing")?;
        let mut transport =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host).port(port);
        if let Some((user, password)) = settings.get("user").zip(settings.get("password")) {
            transport =
                transport.credentials(Credentials::new(user.to_owned(), password.to_owned()));
        }
        Ok(Self {
            transport: transport.build(),
            defaults: Fields::read(|name| settings.get(name)),
            sending: tokio::sync::Mutex::default(),
        })
    }

    pub(super) async fn invoke(&self, request: BindingRequest) -> Result<BindingResponse, String> {
        if request.operation != "create" {
            return Err(format!("invalid operation: {}", request.operation));
        }
        let fields = Fields::read(|name| request.metadata(name)).or(&self.defaults);
        let body = match &request.data {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let message = message(&fields, body)?;
        let _one_at_a_time = self.sending.lock().await;
        self.transport.send(message).await.map_err(|e| e.to_string())?;
        Ok(BindingResponse::default())
    }
}

fn message(fields: &Fields, body: String) -> Result<Message, String> {
    let mailboxes = |list: &Option<String>| -> Result<Vec<Mailbox>, String> {
        let parse = |text: &str| text.trim().parse().map_err(|e| format!("address {text}: {e}"));
        list.iter().flat_map(|list| list.split(';')).map(parse).collect()
    };
    let from = mailboxes(&fields.from)?.into_iter().next().ok_or("emailFrom is missing")?;
    let mut builder = Message::builder()
        .from(from)
        .subject(fields.subject.as_deref().ok_or("subject is missing")?)
        .header(ContentType::TEXT_HTML);
    let to = mailboxes(&fields.to)?;
    if to.is_empty() {
        return Err("emailTo is missing".to_owned());
    }
    for mailbox in to {
        builder = builder.to(mailbox);
    }
    for mailbox in mailboxes(&fields.cc)? {
        builder = builder.cc(mailbox);
    }
    for mailbox in mailboxes(&fields.bcc)? {
        builder = builder.bcc(mailbox);
    }
    builder.body(body).map_err(|e| e.to_string())
}
