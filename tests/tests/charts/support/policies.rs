//! What `NetworkPolicies` let through.

use std::{collections::BTreeMap, net::Ipv4Addr};

use serde_json::Value;

use super::{NAMESPACE, Object, Suite, selects};

/// Labels of a pod.
pub(crate) type Labels<'a> = BTreeMap<&'a str, &'a str>;

/// Who is at the other end.
pub(crate) enum Peer<'a> {
    /// A pod of the suite's own namespace.
    Pod(&'a Labels<'a>),
    /// Any pod of another namespace.
    Namespace(&'a str),
    /// Something outside of the cluster.
    Address([u8; 4]),
}

#[derive(Clone, Copy)]
enum Way {
    In,
    Out,
}

/// Whether a pod may open a connection, and the other one takes it.
pub(crate) fn may_reach(suite: &Suite, from: &Labels<'_>, to: &Labels<'_>, port: u64) -> bool {
    may_send(suite, from, &Peer::Pod(to), port) && may_be_reached(suite, to, &Peer::Pod(from), port)
}

/// Whether a pod may open a connection.
pub(crate) fn may_send(suite: &Suite, from: &Labels<'_>, to: &Peer<'_>, port: u64) -> bool {
    passes(suite, Way::Out, from, to, port)
}

/// Whether a pod takes a connection.
pub(crate) fn may_be_reached(suite: &Suite, pod: &Labels<'_>, from: &Peer<'_>, port: u64) -> bool {
    passes(suite, Way::In, pod, from, port)
}

fn passes(suite: &Suite, way: Way, pod: &Labels<'_>, peer: &Peer<'_>, port: u64) -> bool {
    let (kind, rules, peers) = match way {
        Way::In => ("Ingress", "/spec/ingress", "from"),
        Way::Out => ("Egress", "/spec/egress", "to"),
    };
    let about = |policy: &&Object| {
        selects(policy.at("/spec/podSelector"), pod)
            && policy.list("/spec/policyTypes").iter().any(|name| name == kind)
    };
    let policies: Vec<_> = suite.any("NetworkPolicy").into_iter().filter(about).collect();
    // What no policy is about is open.
    policies.is_empty()
        || policies.iter().flat_map(|policy| policy.list(rules)).any(|rule| {
            any(&rule[peers], |said| is_peer(said, peer))
                && any(&rule["ports"], |said| said["port"] == port)
        })
}

/// A list without entries stands for everything.
fn any(list: &Value, fits: impl Fn(&Value) -> bool) -> bool {
    list.as_array().is_none_or(|list| list.is_empty() || list.iter().any(fits))
}

fn is_peer(said: &Value, peer: &Peer<'_>) -> bool {
    let namespace = |name| {
        let labels = BTreeMap::from([("kubernetes.io/metadata.name", name)]);
        selects(&said["namespaceSelector"], &labels)
    };
    match peer {
        Peer::Pod(labels) if said["namespaceSelector"].is_null() => {
            said["ipBlock"].is_null() && selects(&said["podSelector"], labels)
        }
        Peer::Pod(labels) => namespace(NAMESPACE) && selects(&said["podSelector"], labels),
        Peer::Namespace(name) => !said["namespaceSelector"].is_null() && namespace(name),
        Peer::Address(address) => {
            said["ipBlock"]["cidr"].as_str().is_some_and(|block| contains(block, *address))
        }
    }
}

/// Whether `10.0.0.0/8` has an address.
fn contains(block: &str, address: [u8; 4]) -> bool {
    let (start, bits) = block.split_once('/').unwrap();
    let (start, bits) = (start.parse::<Ipv4Addr>().unwrap(), bits.parse::<u32>().unwrap());
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    start.to_bits() & mask == Ipv4Addr::from(address).to_bits() & mask
}

#[test]
fn blocks_have_addresses() {
    assert!(contains("10.0.0.0/8", [10, 1, 2, 3]) && !contains("10.0.0.0/8", [11, 1, 2, 3]));
    assert!(contains("0.0.0.0/0", [192, 0, 2, 1]));
    assert!(contains("169.254.20.10/32", [169, 254, 20, 10]));
    assert!(!contains("169.254.20.10/32", [169, 254, 20, 11]));
}
