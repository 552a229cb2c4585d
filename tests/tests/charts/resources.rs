//! What pods ask of their node, and what they are made of.

use crate::support::{Faults, Pod, rule};

/// `128Mi`, `1Gi`, `640M` as bytes.
fn bytes(quantity: &str) -> Option<u64> {
    let units =
        [("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("M", 1_000_000), ("G", 1_000_000_000)];
    let unit = units.iter().find_map(|(unit, size)| Some((quantity.strip_suffix(unit)?, *size)));
    let (number, size) = unit.unwrap_or((quantity, 1));
    Some(number.parse::<u64>().ok()? * size)
}

#[test]
fn every_container_says_what_it_needs() {
    rule(|suite, faults| {
        for pod in suite.pods() {
            for container in pod.containers() {
                let text = |pointer| container.at(pointer).as_str().unwrap_or_default();
                let has_cpu = !text("/resources/requests/cpu").is_empty();
                faults.unless(has_cpu, pod.of, format!("{} requests no cpu", container.name()));
                let (asks, most) =
                    (text("/resources/requests/memory"), text("/resources/limits/memory"));
                let bounded = bytes(asks)
                    .zip(bytes(most))
                    .is_some_and(|(asks, most)| 0 < asks && asks <= most);
                faults.unless(
                    bounded,
                    pod.of,
                    format!("{}: memory {asks:?} of {most:?}", container.name()),
                );
            }
        }
        for pod in suite.services() {
            sidecar(&pod, faults);
        }
    });
}

fn sidecar(pod: &Pod<'_>, faults: &mut Faults) {
    for name in ["dapr.io/sidecar-cpu-request", "dapr.io/sidecar-memory-request"] {
        faults.unless(!pod.annotation(name).is_empty(), pod.of, format!("no {name}"));
    }
    let most = bytes(pod.annotation("dapr.io/sidecar-memory-limit"));
    let heap = pod.annotation("dapr.io/env").strip_prefix("GOMEMLIMIT=");
    let heap = heap.and_then(|text| bytes(text.strip_suffix('B').unwrap_or(text)));
    // Go collects before the kernel kills.
    let ordered = heap.zip(most).is_some_and(|(heap, most)| heap < most && heap * 2 > most);
    faults.unless(ordered, pod.of, format!("sidecar: heap {heap:?} of memory {most:?}"));
}

#[test]
fn images_are_of_one_version_and_registry() {
    rule(|suite, faults| {
        for pod in suite.pods() {
            for container in pod.containers() {
                let image = container.at("/image").as_str().unwrap();
                let (registry, rest) = image.split_once('/').unwrap_or_default();
                let named = registry.contains(['.', ':']) || registry == "localhost";
                faults.unless(named, pod.of, format!("{image} names no registry"));
                let tag = rest.rsplit_once(':').map(|(_, tag)| tag);
                let fixed = rest.contains("@sha256:") || tag.is_some_and(|tag| tag != "latest");
                faults.unless(fixed, pod.of, format!("{image} may be another one tomorrow"));
            }
        }
    });
}

#[test]
fn a_job_ends() {
    rule(|suite, faults| {
        for job in suite.all("Job") {
            let bounded = job.at("/spec/activeDeadlineSeconds").is_u64()
                && job.at("/spec/backoffLimit").is_u64();
            faults.unless(bounded, job, "may run for ever");
        }
    });
}

#[test]
fn quantities_are_read() {
    assert_eq!(bytes("128Mi"), Some(134_217_728));
    assert_eq!(bytes("1Gi"), bytes("1024Mi"));
    assert_eq!(bytes("340MiB"), None);
    assert_eq!(bytes(""), None);
}
