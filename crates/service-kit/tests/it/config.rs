//! Configuration: every fault at once, and no secret in any of them.

use std::time::Duration;

use todo_service_kit::{
    BaseConfig, Env, FromEnv, Reader,
    auth::TokenPolicy,
    config::{self, LogFormat},
    limit::LimitConfig,
};

const GOOD: [(&str, &str); 2] = [("APP_PORT", "7001"), ("APP_API_TOKEN", "s3cret-token")];

fn load(more: &[(&str, &str)]) -> Result<BaseConfig, Vec<String>> {
    let env: Env = GOOD.iter().chain(more).copied().collect();
    config::load::<()>(env)
        .map(|(base, ())| base)
        .map_err(|faults| faults.0.into_iter().map(|fault| fault.variable).collect::<Vec<_>>())
}

#[test]
fn defaults_need_only_the_port_and_the_token() {
    let base = load(&[]).unwrap();
    assert_eq!(base.host.to_string(), "127.0.0.1");
    assert_eq!((base.app_port, base.public_port), (7001, None));
    assert_eq!(base.dapr_endpoint, "http://127.0.0.1:3500");
    assert_eq!((base.log_format, base.log_filter.as_str()), (LogFormat::Json, "info"));
    assert_eq!(base.drain_deadline, Duration::from_secs(8));
}

#[test]
fn the_endpoint_comes_before_the_port() {
    let port = ("DAPR_HTTP_PORT", "3501");
    assert_eq!(load(&[port]).unwrap().dapr_endpoint, "http://127.0.0.1:3501");
    let endpoint = ("DAPR_HTTP_ENDPOINT", "https://sidecar:443/");
    assert_eq!(load(&[port, endpoint]).unwrap().dapr_endpoint, "https://sidecar:443");
}

#[test]
fn one_wrong_variable_is_named() {
    let cases = [
        ("APP_PORT", ""),
        ("APP_PORT", "70000"),
        ("APP_API_TOKEN", " "),
        ("PUBLIC_PORT", "eighty"),
        ("APP_HOST", "localhost"),
        ("LOG_FORMAT", "xml"),
        ("DAPR_HTTP_PORT", "-1"),
        ("DAPR_HTTP_ENDPOINT", "sidecar:3500"),
        ("DRAIN_SECONDS", "soon"),
        ("BODY_LIMIT_BYTES", "1MB"),
    ];
    for (variable, value) in cases {
        assert_eq!(load(&[(variable, value)]).unwrap_err(), [variable], "{variable}={value}");
    }
}

#[test]
fn all_faults_are_found_in_one_go_and_show_no_values() {
    struct Service;
    impl FromEnv for Service {
        fn read(reader: &mut Reader) -> Self {
            reader.required("TASKS_DB");
            TokenPolicy::read(reader);
            LimitConfig::read(reader);
            Self
        }
    }
    let env = Env::from([
        ("APP_PORT", "x-hidden"),
        ("PUBLIC_PORT", "y-hidden"),
        ("JWT_LEEWAY_SECONDS", "60"),
        ("RATE_LIMIT_BURST", "1"),
    ]);
    let text = config::load::<Service>(env).err().unwrap().to_string();
    let names = [
        "APP_PORT",
        "APP_API_TOKEN",
        "PUBLIC_PORT",
        "TASKS_DB",
        "JWT_LEEWAY_SECONDS",
        "RATE_LIMIT_BURST",
    ];
    for name in names {
        assert_eq!(text.matches(&format!("{name}:")).count(), 1, "{name} in {text}");
    }
    assert!(!text.contains("hidden"), "{text}");
}

#[test]
fn debug_output_of_a_configuration_shows_no_secret() {
    let base = load(&[("DAPR_API_TOKEN", "other-s3cret")]).unwrap();
    assert!(!format!("{base:?}").contains("s3cret"));
}
