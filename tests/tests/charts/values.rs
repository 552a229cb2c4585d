//! Values that cannot be meant are refused with a word that helps.

use crate::support::{Helm, folder, names_in, text};

/// Chart, target, settings, and what the refusal says.
type Refusal = (&'static str, &'static str, &'static [&'static str], &'static str);

const CONTRADICTIONS: &[Refusal] = &[
    ("platform", "gke", &["kafka.brokers="], "kafka.brokers must be set"),
    ("platform", "kind", &["kafka.brokers=a:1"], "kafka.brokers must be empty"),
    ("platform", "kind", &["kafka.tls.enabled=true"], "not for kafka.provider redpanda"),
    ("platform", "kind", &["kafka.sasl.mechanism=PLAIN"], "not for kafka.provider redpanda"),
    ("platform", "strimzi", &["kafka.sasl.mechanism=PLAIN"], "must be SCRAM-SHA-512"),
    ("platform", "strimzi", &["networkPolicies.enabled=true"], "networkPolicies.enabled cannot be"),
    ("platform", "gke", &["kafka.sasl.mechanism="], "kafka.tls.caSecret must be set"),
    ("platform", "options", &["email.host="], "email.host and email.from must be set"),
    ("platform", "options", &["webhook.url="], "webhook.url must be set"),
    ("platform", "options", &["state.redis.address="], "state.redis.address must be set"),
    (
        "platform",
        "options",
        &["networkPolicies.kafkaCidrs=null"],
        "networkPolicies.kafkaCidrs must be set",
    ),
    (
        "platform",
        "options",
        &["networkPolicies.postgresCidrs=null"],
        "networkPolicies.postgresCidrs must be set",
    ),
    (
        "platform",
        "options",
        &["networkPolicies.redisCidrs=null"],
        "networkPolicies.redisCidrs must be set",
    ),
    (
        "platform",
        "options",
        &["networkPolicies.ingressNamespace="],
        "networkPolicies.ingressNamespace or ingressCidrs must be set",
    ),
    (
        "platform",
        "closed",
        &["networkPolicies.monitoringNamespace="],
        "networkPolicies.monitoringNamespace must be set",
    ),
    (
        "platform",
        "options",
        &["networkPolicies.outsideCidrs=null"],
        "networkPolicies.outsideCidrs must be set",
    ),
    (
        "platform",
        "kind",
        &["auth.issuer=a", "auth.jwksUrl=https://login.example.com:8443/keys"],
        "networkPolicies.outsideCidrs must be set",
    ),
    (
        "platform",
        "kind",
        &["auth.jwksUrl=https://login.example.com/keys"],
        "auth.issuer must be what tokens",
    ),
    (
        "platform",
        "kind",
        &["dapr.tracing.endpoint=otel.monitoring:4317"],
        "networkPolicies.monitoringNamespace or outsideCidrs must be set",
    ),
    ("todo", "gke", &["auth.devLogin=true"], "auth.devLogin cannot be with ingress or gateway"),
    (
        "todo",
        "closed",
        &["networkPolicies.kedaNamespace="],
        "networkPolicies.kedaNamespace must be set",
    ),
    ("platform", "kind", &["image.registry="], "image.registry must be set"),
    ("todo", "kind", &["image.registry="], "image.registry must be set"),
    ("todo", "gke", &["ingress.enabled=true"], "ingress.enabled and gateway.enabled are both true"),
    ("todo", "gke", &["host="], "host must be set"),
    ("todo", "doks", &["host="], "host must be set"),
    ("todo", "gke", &["gateway.parentRefs=null"], "gateway.parentRefs must name a Gateway"),
    ("todo", "options", &["email.from="], "email.from must be set"),
    (
        "todo",
        "kind",
        &["services.audit.autoscaling.by=lag", "services.audit.autoscaling.min=9"],
        "autoscaling.min must not be above max",
    ),
    ("todo", "kind", &["services.websocket.autoscaling.by=lag"], "autoscaling.by must be cpu"),
    ("todo", "kind", &["services.chat-api.autoscaling.by=lag"], "autoscaling.by must be cpu"),
];

/// Settings that the schema knows nothing of, or knows better; the refusal names the place.
const MISTAKES: &[(&str, &str)] = &[
    ("nonsense=1", "nonsense"),
    ("kafka.broker=a:1", "broker"),
    ("kafka.provider=rabbitmq", "/kafka/provider"),
    ("kafka.brokers=no-port", "/kafka/brokers"),
    ("kafka.sasl.password=x", "password"),
    ("postgres.url=x", "url"),
    ("image.registry=ghcr.io/OWNER/todo", "/image/registry"),
    ("services.chat=null,services.mail.replicas=1", "mail"),
    ("services.audit.replica=1", "replica"),
    ("services.audit.replicas=many", "/services/audit/replicas"),
    ("services.audit.autoscaling.by=both", "/services/audit/autoscaling/by"),
    ("services.audit.image.digest=sha256:1", "/services/audit/image/digest"),
    ("services.audit.env.lower=1", "lower"),
    ("defaults.resources.limits.memory=lots", "/defaults/resources/limits/memory"),
    ("dapr.tracing.samplingRate=0", "/dapr/tracing/samplingRate"),
    ("auth.jwksUrl=login.example.com/keys", "/auth/jwksUrl"),
    ("auth.jwksUrl=https://login.example.com", "/auth/jwksUrl"),
    ("auth.jwksUrl=https://login.example.com/a//keys", "/auth/jwksUrl"),
    ("auth.jwksUrl=https://login.example.com/a/../keys", "/auth/jwksUrl"),
    ("auth.jwksUrl=https://login.example.com/keys/", "/auth/jwksUrl"),
    ("networkPolicies.kafkaCidrs[0]=kafka.example.com", "/networkPolicies/kafkaCidrs/0"),
];

/// Refusals need Helm; the rules about what is rendered do not.
fn helm() -> Option<Helm> {
    let helm = Helm::built();
    if helm.is_none() {
        eprintln!("not checked: Helm is not built (tools/obtain helm)");
    }
    helm
}

fn refused(
    helm: &Helm,
    chart: &str,
    target: &str,
    settings: &[&str],
    words: &str,
) -> Option<String> {
    let arguments: Vec<_> = settings.iter().flat_map(|setting| ["--set", setting]).collect();
    match helm.template(chart, target, &arguments) {
        Ok(_) => Some(format!("{chart} on {target} takes {settings:?}")),
        Err(said) if said.contains(words) => None,
        Err(said) => Some(format!("{chart} on {target} with {settings:?} lacks {words:?}: {said}")),
    }
}

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn contradictions_are_refused() {
    let Some(helm) = helm() else { return };
    let faults = CONTRADICTIONS.iter().filter_map(|(chart, target, settings, words)| {
        refused(&helm, chart, target, settings, words)
    });
    none(&faults.collect::<Vec<_>>());
}

#[test]
fn mistakes_are_refused() {
    let Some(helm) = helm() else { return };
    let faults = MISTAKES
        .iter()
        .filter_map(|(setting, place)| refused(&helm, "todo", "kind", &[setting], place));
    none(&faults.collect::<Vec<_>>());
}

#[test]
fn both_charts_have_the_same_values() {
    for file in ["values.yaml", "values.schema.json"] {
        for chart in ["platform", "todo"] {
            let same = text(&format!("helm/{chart}/{file}")) == text(&format!("helm/{file}"));
            assert!(same, "helm/{chart}/{file} is not helm/{file}");
        }
    }
}

#[test]
fn every_values_file_has_a_golden() {
    for file in names_in("helm/values") {
        let target = file.strip_suffix(".yaml").unwrap();
        for chart in ["platform", "todo"] {
            let golden = format!("helm/goldens/{target}/{chart}.yaml");
            assert!(folder(&golden).is_file(), "{golden} is missing: tools/check --update");
        }
    }
}

#[test]
fn every_contradiction_of_the_charts_is_tried() {
    for chart in ["platform", "todo"] {
        let template = text(&format!("helm/{chart}/templates/_validate.tpl"));
        let refusals = template.lines().filter(|line| line.contains("{{- fail "));
        for refusal in refusals {
            let mut tried = CONTRADICTIONS.iter().filter(|(of, ..)| *of == chart);
            assert!(tried.any(|(.., words)| refusal.contains(words)), "{chart}: {refusal}");
        }
    }
}
