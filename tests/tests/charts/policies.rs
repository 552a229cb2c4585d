//! `NetworkPolicies`, as a cluster that enforces them would: what has to pass passes, and nothing else is let in.

use crate::support::{
    Faults, Labels, Peer, Suite, may_be_reached, may_reach, may_send, metadata, rule, selects,
    suites,
};

/// Where services hear their sidecar, and are scraped.
const APP: u64 = 7000;
/// Where people come in.
const PUBLIC: u64 = 8080;
/// Where sidecars call each other.
const SIDECAR: u64 = 50_002;
/// Where a managed broker is, in the blocks that targets name.
const BROKER: [u8; 4] = [192, 0, 2, 7];
/// Where the databases are that a target's page of docs/deploy names, and those of `helm/goldens`.
fn databases(target: &str) -> &'static [([u8; 4], u64)] {
    match target {
        // DigitalOcean's, one of its pools, Neon's.
        "doks" => {
            &[([203, 0, 113, 7], 25_060), ([203, 0, 113, 7], 25_061), ([203, 0, 113, 8], 5432)]
        }
        "gke" | "aks" | "oke" => &[([10, 1, 2, 3], 5432)],
        "options" => &[([198, 51, 100, 7], 5432)],
        _ => &[],
    }
}
/// Namespaces that controllers of doors are in, by target.
const CONTROLLERS: [&str; 3] = ["ingress-nginx", "gateway", "envoy-gateway-system"];
/// Where Google's front ends and health checks come from.
const FRONT_ENDS: [[u8; 4]; 2] = [[35, 191, 0, 9], [130, 211, 0, 9]];
/// The API server: anywhere.
const API_SERVER: [u8; 4] = [172, 16, 0, 1];
/// Every port that something listens on.
const ALL: [u64; 8] = [5432, 6379, APP, PUBLIC, 9090, 9092, 9644, SIDECAR];

/// Suites with policies: name and labels of every workload.
fn policed(check: impl Fn(&Suite, &[(&str, Labels<'_>)], &mut Faults)) {
    assert!(suites().iter().any(|suite| !suite.any("NetworkPolicy").is_empty()));
    rule(|suite, faults| {
        if !suite.any("NetworkPolicy").is_empty() {
            let pods = suite.pods();
            let pods: Vec<_> = pods.iter().map(|pod| (pod.of.name(), pod.labels())).collect();
            check(suite, &pods, faults);
        }
    });
}

fn find<'a>(pods: &'a [(&str, Labels<'a>)], name: &str) -> Option<&'a Labels<'a>> {
    pods.iter().find(|(other, _)| *other == name).map(|(_, labels)| labels)
}

fn services<'a>(
    pods: &'a [(&'a str, Labels<'a>)],
) -> impl Iterator<Item = &'a (&'a str, Labels<'a>)> {
    pods.iter().filter(|(_, labels)| labels.contains_key("dapr.io/sidecar-injected"))
}

#[test]
fn sidecars_reach_each_other_and_their_control_plane() {
    policed(|suite, pods, faults| {
        for (name, from) in services(pods) {
            for (other, to) in services(pods) {
                let open = may_reach(suite, from, to, SIDECAR);
                faults.unless(open, &suite.target, format!("{name} does not reach {other}"));
            }
            // Sentry, operator, scheduler.
            for port in [50_001, 6500, 50_006] {
                let open = may_send(suite, from, &Peer::Namespace("dapr-system"), port);
                faults.unless(open, &suite.target, format!("{name} does not reach Dapr at {port}"));
            }
        }
        for (name, from) in pods {
            let open = may_send(suite, from, &Peer::Namespace("kube-system"), 53);
            faults.unless(open, &suite.target, format!("{name} resolves no names"));
        }
    });
}

#[test]
fn whoever_needs_the_broker_reaches_it() {
    policed(|suite, pods, faults| {
        let events = suite.find("Component", "events").unwrap();
        let brokers = metadata(events, "brokers").unwrap()["value"].as_str().unwrap();
        let jobs =
            ["topics", "console"].into_iter().filter_map(|name| Some((name, find(pods, name)?)));
        let sidecars = services(pods).map(|(name, labels)| (*name, labels));
        for (name, from) in sidecars.chain(jobs) {
            for broker in brokers.split(',') {
                let port = broker.rsplit(':').next().unwrap().parse().unwrap();
                let open = match find(pods, "redpanda") {
                    Some(bundled) => may_reach(suite, from, bundled, port),
                    None => may_send(suite, from, &Peer::Address(BROKER), port),
                };
                faults.unless(open, &suite.target, format!("{name} does not reach {broker}"));
            }
        }
    });
}

#[test]
fn whoever_needs_the_database_reaches_it() {
    policed(|suite, pods, faults| {
        let migrate = ("migrate", find(pods, "migrate").unwrap());
        let stores =
            ["chat-api", "notification", "audit"].map(|name| (name, find(pods, name).unwrap()));
        for (name, from) in stores.into_iter().chain([migrate]) {
            for (at, port) in databases(&suite.target) {
                let open = may_send(suite, from, &Peer::Address(*at), *port);
                let fault = format!("{name} does not reach the database at port {port}");
                faults.unless(open, &suite.target, fault);
            }
            let bundled = find(pods, "postgres");
            let known = bundled.is_some() || !databases(&suite.target).is_empty();
            faults.unless(known, &suite.target, "has no database that this test knows");
            let open = bundled.is_none_or(|bundled| may_reach(suite, from, bundled, 5432));
            faults.unless(open, &suite.target, format!("{name} does not reach the database"));
        }
        // Sidecars may go elsewhere, too.
        for (at, _) in databases(&suite.target) {
            let open = may_send(suite, migrate.1, &Peer::Address(*at), 22);
            faults.unless(!open, &suite.target, "migrate reaches more than the database");
        }
        if let Some(redis) = find(pods, "redis") {
            let open = may_reach(suite, find(pods, "chat-api").unwrap(), redis, 6379);
            faults.unless(open, &suite.target, "chat-api does not reach Redis");
        }
    });
}

#[test]
fn whoever_reads_a_secret_reaches_the_api_server() {
    policed(|suite, pods, faults| {
        for name in ["chat-api", "websocket"] {
            let from = find(pods, name).unwrap();
            let open =
                [443, 6443].map(|port| may_send(suite, from, &Peer::Address(API_SERVER), port));
            faults.unless(open == [true; 2], &suite.target, format!("{name} reads no secret"));
        }
    });
}

#[test]
fn people_and_the_smoke_test_come_in() {
    policed(|suite, pods, faults| {
        let smoke = find(pods, "smoke").unwrap();
        for name in ["chat-api", "websocket"] {
            let service = find(pods, name).unwrap();
            let open = may_reach(suite, smoke, service, PUBLIC);
            faults.unless(open, &suite.target, format!("smoke does not reach {name}"));
            let controllers = CONTROLLERS.map(Peer::Namespace);
            let comes_in = |peer: &Peer<'_>| may_be_reached(suite, service, peer, PUBLIC);
            let by_controller = controllers.iter().any(comes_in);
            let by_front_end = FRONT_ENDS.iter().all(|at| comes_in(&Peer::Address(*at)));
            let door = !suite.any("Ingress").is_empty() || !suite.any("HTTPRoute").is_empty();
            let open = by_controller || by_front_end;
            faults.unless(open || !door, &suite.target, format!("people do not reach {name}"));
        }
    });
}

#[test]
fn prometheus_comes_in() {
    policed(|suite, pods, faults| {
        if suite.any("PodMonitor").is_empty() {
            return;
        }
        for (name, to) in services(pods) {
            for port in [APP, 9090] {
                let open = may_be_reached(suite, to, &Peer::Namespace("monitoring"), port);
                faults.unless(open, &suite.target, format!("{name} is not scraped at {port}"));
            }
        }
    });
}

#[test]
fn whoever_asks_a_broker_of_ours_for_lag_comes_in() {
    policed(|suite, pods, faults| {
        let Some(broker) = find(pods, "redpanda") else { return };
        let comes_in =
            |namespace, port| may_be_reached(suite, broker, &Peer::Namespace(namespace), port);
        if !suite.any("ScaledObject").is_empty() {
            faults.unless(comes_in("keda", 9092), &suite.target, "KEDA does not");
        }
        if suite.find("PodMonitor", "todo-broker").is_some() {
            faults.unless(comes_in("monitoring", 9644), &suite.target, "Prometheus does not");
        }
    });
}

#[test]
fn a_policy_is_about_pods_that_are_there() {
    policed(|suite, _, faults| {
        let pods = suite.pods();
        for policy in suite.any("NetworkPolicy") {
            let about =
                pods.iter().any(|pod| selects(policy.at("/spec/podSelector"), &pod.labels()));
            faults.unless(about, policy, "is about nothing");
        }
    });
}

#[test]
fn nobody_else_comes_in() {
    policed(|suite, pods, faults| {
        for (name, to) in pods {
            for port in ALL {
                let open = may_be_reached(suite, to, &Peer::Namespace("elsewhere"), port);
                faults.unless(!open, &suite.target, format!("anybody reaches {name} at {port}"));
            }
        }
        let smoke = find(pods, "smoke").unwrap();
        for (name, to) in pods {
            let public = ["chat-api", "websocket"].contains(name);
            for port in ALL.into_iter().filter(|port| !(public && *port == PUBLIC)) {
                let open = may_reach(suite, smoke, to, port);
                faults.unless(!open, &suite.target, format!("smoke reaches {name} at {port}"));
            }
        }
    });
}

/// What the model of a policy is worth: one that lets nothing through is told from one that does.
#[test]
fn without_policies_everything_passes() {
    let open = Suite { target: String::new(), objects: Vec::new() };
    let anybody = Labels::from([("app", "a")]);
    assert!(may_reach(&open, &anybody, &anybody, 1));
    let closed = Suite {
        target: String::new(),
        objects: crate::support::Object::read(
            "",
            "{ kind: NetworkPolicy, spec: { podSelector: {}, policyTypes: [Ingress] } }",
        ),
    };
    assert!(!may_reach(&closed, &anybody, &anybody, 1));
    assert!(may_send(&closed, &anybody, &Peer::Address(BROKER), 1));
}
