//! What a service finds in its environment.
//!
//! It starts empty: a variable of the person's shell must not change what a service does, and a
//! `DATABASE_URL` is none of its business. A few are passed on, and two may be overridden because
//! that is how one asks a program to say more.

use std::collections::BTreeMap;
use std::ffi::OsString;

use crate::keys::Keys;
use crate::manifest::App;

const PASSED_ON: [&str; 7] =
    ["PATH", "HOME", "TMPDIR", "TZ", "LANG", "RUST_BACKTRACE", "LLVM_PROFILE_FILE"];
const OVERRIDING: [&str; 2] = ["RUST_LOG", "LOG_FORMAT"];

/// The whole environment of one service.
pub(crate) fn of_service(
    app: &App,
    keys: &Keys,
    ours: impl Iterator<Item = (OsString, OsString)>,
    extra: &BTreeMap<String, String>,
) -> BTreeMap<OsString, OsString> {
    let ours: Vec<(OsString, OsString)> = ours.collect();
    let pick = |names: &[&str]| -> Vec<(OsString, OsString)> {
        ours.iter().filter(|(key, _)| names.iter().any(|name| key == name)).cloned().collect()
    };
    let mut all: BTreeMap<OsString, OsString> = pick(&PASSED_ON).into_iter().collect();
    let texts = |map: &BTreeMap<String, String>| -> Vec<(OsString, OsString)> {
        map.iter().map(|(key, value)| (key.into(), value.into())).collect()
    };
    all.extend(texts(&app.env));
    all.extend(pick(&OVERRIDING));
    all.extend(texts(&BTreeMap::from([
        ("APP_ID".to_owned(), app.id.clone()),
        ("APP_HOST".to_owned(), "127.0.0.1".to_owned()),
        ("APP_PORT".to_owned(), app.app_port.to_string()),
        ("DAPR_HTTP_PORT".to_owned(), app.sidecar_port.to_string()),
        ("DAPR_API_TOKEN".to_owned(), keys.dapr_api_token.clone()),
        ("APP_API_TOKEN".to_owned(), keys.app_api_token.clone()),
    ])));
    all.extend(texts(extra));
    all
}
