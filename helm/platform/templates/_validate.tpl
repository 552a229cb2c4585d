{{/* What the schema cannot say: rules between values. */}}
{{- define "platform.validate" -}}
{{- if and (eq .Values.kafka.provider "external") (not .Values.kafka.brokers) }}
{{- fail "kafka.brokers must be set: kafka.provider is external" }}
{{- end }}
{{- if and (ne .Values.kafka.provider "external") .Values.kafka.brokers }}
{{- fail (printf "kafka.brokers must be empty: kafka.provider %s brings its own" .Values.kafka.provider) }}
{{- end }}
{{- if and (eq .Values.kafka.provider "redpanda") (or .Values.kafka.sasl.mechanism .Values.kafka.tls.enabled) }}
{{- fail "kafka.sasl and kafka.tls are not for kafka.provider redpanda, which has neither" }}
{{- end }}
{{- if and (eq .Values.kafka.provider "strimzi") (ne .Values.kafka.sasl.mechanism "SCRAM-SHA-512") }}
{{- fail "kafka.sasl.mechanism must be SCRAM-SHA-512: kafka.provider is strimzi, which makes such users" }}
{{- end }}
{{- if and .Values.kafka.tls.enabled (not .Values.kafka.sasl.mechanism) (not .Values.kafka.tls.caSecret) }}
{{- fail "kafka.tls.caSecret must be set: kafka.tls without kafka.sasl is only for brokers whose certificate authority is known (authType certificate)" }}
{{- end }}
{{- if and .Values.email.enabled (not (and .Values.email.host .Values.email.from)) }}
{{- fail "email.host and email.from must be set: email.enabled is true" }}
{{- end }}
{{- if and .Values.webhook.enabled (not .Values.webhook.url) }}
{{- fail "webhook.url must be set: webhook.enabled is true" }}
{{- end }}
{{- if and .Values.state.redis.tls (not .Values.state.redis.address) }}
{{- fail "state.redis.address must be set: state.redis.tls is true, and the bundled Redis speaks no TLS" }}
{{- end }}
{{- if and .Values.auth.jwksUrl (eq .Values.auth.issuer "todo") }}
{{- fail "auth.issuer must be what tokens of auth.jwksUrl say in iss" }}
{{- end }}
{{- if .Values.networkPolicies.enabled }}
{{- if eq .Values.kafka.provider "strimzi" }}
{{- fail "networkPolicies.enabled cannot be with kafka.provider strimzi: the operator has policies of its own for its pods" }}
{{- end }}
{{- if and (eq .Values.kafka.provider "external") (not .Values.networkPolicies.kafkaCidrs) }}
{{- fail "networkPolicies.kafkaCidrs must be set: nothing else may reach an external broker" }}
{{- end }}
{{- if and (eq .Values.postgres.provider "external") (not .Values.networkPolicies.postgresCidrs) }}
{{- fail "networkPolicies.postgresCidrs must be set: nothing else may reach an external database" }}
{{- end }}
{{- if and (eq .Values.state.provider "redis") .Values.state.redis.address (not .Values.networkPolicies.redisCidrs) }}
{{- fail "networkPolicies.redisCidrs must be set: nothing else may reach an external Redis" }}
{{- end }}
{{- if and (or .Values.ingress.enabled .Values.gateway.enabled) (not .Values.networkPolicies.ingressNamespace) (not .Values.networkPolicies.ingressCidrs) }}
{{- fail "networkPolicies.ingressNamespace or ingressCidrs must be set: nobody else may come in by ingress or gateway" }}
{{- end }}
{{- if and .Values.monitoring.enabled (not .Values.networkPolicies.monitoringNamespace) }}
{{- fail "networkPolicies.monitoringNamespace must be set: nothing else may scrape, and monitoring.enabled is true" }}
{{- end }}
{{- /* Sidecars of chat-api and websocket may go to port 443 anywhere: the API server that they read their secret from has no label. */}}
{{- $oddIssuer := and .Values.auth.jwksUrl (not (regexMatch "^https://[^/:]+(:443)?/" .Values.auth.jwksUrl)) }}
{{- if and (or .Values.email.enabled .Values.webhook.enabled .Values.llm.component $oddIssuer) (not .Values.networkPolicies.outsideCidrs) }}
{{- fail "networkPolicies.outsideCidrs must be set: email, webhook, llm or the port of auth.jwksUrl lies outside" }}
{{- end }}
{{- if and .Values.dapr.tracing.endpoint (not .Values.networkPolicies.monitoringNamespace) (not .Values.networkPolicies.outsideCidrs) }}
{{- fail "networkPolicies.monitoringNamespace or outsideCidrs must be set: nothing else may take the traces of dapr.tracing.endpoint" }}
{{- end }}
{{- end }}
{{- end }}
