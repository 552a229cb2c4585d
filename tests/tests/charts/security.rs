//! Pod Security `restricted`, and somewhat more.

use serde_json::{Value, json};

use crate::support::{Faults, Pod, rule};

#[test]
fn nothing_runs_as_root() {
    rule(|suite, faults| {
        for pod in suite.pods() {
            let security = pod.at("/spec/securityContext");
            let user = security["runAsUser"].as_u64();
            faults.unless(security["runAsNonRoot"] == true, pod.of, "runAsNonRoot is not set");
            faults.unless(user.is_some_and(|user| user > 0), pod.of, format!("user {user:?}"));
            let profile = &security["seccompProfile"]["type"];
            faults.unless(*profile == "RuntimeDefault", pod.of, format!("seccomp {profile}"));
            containers(&pod, faults);
        }
    });
}

fn containers(pod: &Pod<'_>, faults: &mut Faults) {
    for container in pod.containers() {
        let own = container.at("/securityContext");
        let mut must = |holds: bool, fault: &str| {
            faults.unless(holds, pod.of, format!("container {}: {fault}", container.name()));
        };
        must(own["allowPrivilegeEscalation"] == false, "may gain rights");
        must(own["readOnlyRootFilesystem"] == true, "writes to its image");
        must(own["capabilities"] == json!({ "drop": ["ALL"] }), "has capabilities");
        must(own["privileged"] != true, "is privileged");
        // What the pod says must not be taken back.
        for name in ["runAsUser", "runAsNonRoot", "seccompProfile", "procMount"] {
            must(own[name].is_null(), name);
        }
    }
}

#[test]
fn nothing_touches_its_node() {
    rule(|suite, faults| {
        for pod in suite.pods() {
            for name in ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"] {
                let off = pod.at(&format!("/spec/{name}")) != &Value::Bool(true);
                faults.unless(off, pod.of, name);
            }
            for container in pod.containers() {
                let mut ports = container.at("/ports").as_array().into_iter().flatten();
                let none = ports.all(|port| port["hostPort"].is_null());
                faults.unless(none, pod.of, "has a port of the node");
            }
            for volume in pod.at("/spec/volumes").as_array().into_iter().flatten() {
                faults.unless(volume["hostPath"].is_null(), pod.of, "mounts a folder of the node");
                let empty = &volume["emptyDir"];
                let bounded = empty.is_null() || empty["sizeLimit"].is_string();
                faults.unless(bounded, pod.of, format!("{} may fill the node", volume["name"]));
            }
        }
    });
}

/// Variables of every Service in the namespace would only mislead.
#[test]
fn pods_get_no_variables_of_other_services() {
    rule(|suite, faults| {
        for pod in suite.pods() {
            let links = pod.at("/spec/enableServiceLinks");
            faults.unless(*links == false, pod.of, format!("enableServiceLinks {links}"));
        }
    });
}

/// daprd drops what the injector is told to drop; seccomp it leaves to the pod or to this.
#[test]
fn sidecars_are_as_bound_as_their_services() {
    rule(|suite, faults| {
        for pod in suite.services() {
            let profile = pod.annotation("dapr.io/sidecar-seccomp-profile-type");
            faults.unless(profile == "RuntimeDefault", pod.of, format!("sidecar: {profile:?}"));
            let environment = pod.annotation("dapr.io/env");
            // The injector takes its other bounds away when it sees this one.
            faults.unless(!environment.contains("SSL_CERT_DIR"), pod.of, environment);
            for token in ["dapr.io/api-token-secret", "dapr.io/app-token-secret"] {
                faults.unless(!pod.annotation(token).is_empty(), pod.of, format!("no {token}"));
            }
        }
    });
}

#[test]
fn nothing_without_a_sidecar_gets_one_by_accident() {
    rule(|suite, faults| {
        for pod in suite.pods() {
            let job = pod.of.kind() == "Job";
            let said = pod.annotation("dapr.io/enabled");
            faults.unless(!job || said == "false", pod.of, format!("dapr.io/enabled {said:?}"));
        }
    });
}
