//! A pod that ends loses nothing: first nobody is sent to it, then it drains, and its sidecar answers until then.

use crate::support::{Pod, documents, number, rule, strings};

struct Seconds {
    /// Until Services have forgotten the pod.
    endpoints: u64,
    /// Until the service has drained.
    drain: u64,
    /// Until its sidecar has, once it begins to.
    sidecar: u64,
    /// How long the sidecar waits before.
    blocked: Option<u64>,
}

fn seconds(pod: &Pod<'_>) -> Seconds {
    let service = pod.service();
    let drain = service.variable("DRAIN_SECONDS").and_then(|text| text.parse().ok());
    Seconds {
        endpoints: number(service.at("/lifecycle/preStop/sleep/seconds")).unwrap_or(0),
        drain: drain.unwrap_or_else(|| panic!("{}: no DRAIN_SECONDS", pod.of)),
        // Dapr's default.
        sidecar: pod.annotated_seconds("dapr.io/graceful-shutdown-seconds").unwrap_or(5),
        blocked: pod.annotated_seconds("dapr.io/block-shutdown-duration"),
    }
}

#[test]
fn there_is_time_to_end() {
    rule(|suite, faults| {
        for pod in suite.services() {
            let time = seconds(&pod);
            let needed = time.endpoints + time.drain + time.sidecar;
            let needed = needed.max(time.blocked.unwrap_or(0) + time.sidecar);
            let grace = pod.grace();
            faults.unless(time.endpoints > 0, pod.of, "ends while Services still lead to it");
            faults.unless(grace > needed, pod.of, format!("{grace} s for what takes {needed} s"));
        }
    });
}

#[test]
fn a_sidecar_answers_until_its_service_has_drained() {
    rule(|suite, faults| {
        for pod in suite.services() {
            let time = seconds(&pod);
            let native = pod.annotation("dapr.io/enable-native-sidecar") == "true";
            // One of Kubernetes' own kind is told to end only when its service has.
            let covered =
                time.blocked.map_or(native, |blocked| blocked >= time.endpoints + time.drain);
            faults.unless(covered, pod.of, format!("blocked for {:?}", time.blocked));
            faults.unless(!native || time.blocked.is_none(), pod.of, "waits without a reason");
        }
    });
}

#[test]
fn whoever_delivers_asks_first() {
    rule(|suite, faults| {
        for pod in suite.services() {
            let asked = pod.annotation("dapr.io/enable-app-health-check") == "true"
                && pod.annotation("dapr.io/app-health-check-path") == "/healthz";
            faults.unless(asked, pod.of, "its sidecar does not ask /healthz");
            let service = pod.service();
            for (probe, path) in
                [("startup", "/livez"), ("liveness", "/livez"), ("readiness", "/readyz")]
            {
                let said = service.at(&format!("/{probe}Probe/httpGet/path"));
                faults.unless(*said == path, pod.of, format!("{probe} probe asks {said}"));
            }
            let port = pod.annotation("dapr.io/app-port").parse().ok();
            let own = pod.ports().get("app").copied();
            faults.unless(
                port.is_some() && port == own,
                pod.of,
                format!("app port {port:?}, listens on {own:?}"),
            );
        }
    });
}

/// Failures of probes that no sidecar lives to see: they add up from its start to its end.
const NEVER: u64 = 1_000_000;

/// What daprd stops when its application is unhealthy it may not start again, nor does it start what it could not at first
/// (docs/adr/0014).
#[test]
fn a_sidecar_never_stops_its_subscriptions() {
    rule(|suite, faults| {
        for pod in suite.services() {
            let failures = pod.annotation("dapr.io/app-health-threshold").parse().unwrap_or(3);
            faults.unless(failures >= NEVER, pod.of, format!("unhealthy after {failures}"));
            let not_asked = pod.annotation("dapr.io/disable-init-endpoints");
            faults.unless(not_asked == "subscribe", pod.of, format!("not asked: {not_asked:?}"));
        }
    });
}

#[test]
fn nor_does_one_outside_of_a_cluster() {
    let apps = &documents("dapr.yaml")[0]["apps"];
    for app in apps.as_array().unwrap() {
        assert!(
            app["appHealthThreshold"].as_u64().is_some_and(|failures| failures >= NEVER),
            "{app}"
        );
    }
    let compose = &documents("docker/compose.yaml")[0];
    let flags = strings(&compose["x-sidecar"]["entrypoint"]);
    let threshold = format!("--app-health-threshold={NEVER}");
    for flag in [&*threshold, "--disable-init-endpoints=subscribe"] {
        assert!(flags.contains(&flag), "{flags:?}");
    }
}

/// An upgrade takes no replica away before there is another.
#[test]
fn an_upgrade_goes_one_by_one() {
    rule(|suite, faults| {
        for pod in suite.services() {
            let unavailable = pod.of.at("/spec/strategy/rollingUpdate/maxUnavailable");
            faults.unless(
                number(unavailable) == Some(0),
                pod.of,
                format!("maxUnavailable {unavailable}"),
            );
        }
    });
}
