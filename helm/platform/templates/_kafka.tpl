{{/* Metadata of a pubsub.kafka component that say where the brokers are, as a JSON list. Any sasl mechanism that Dapr does not know is PLAIN. */}}
{{- define "platform.kafkaMetadata" -}}
{{- $items := list (dict "name" "brokers" "value" (include "suite.brokers" .)) }}
{{- $tls := include "suite.kafkaTls" . }}
{{- $ca := include "suite.kafkaCaSecret" . }}
{{- if .Values.kafka.sasl.mechanism }}
{{- $secret := .Values.kafka.sasl.secret }}
{{- $items = append $items (dict "name" "authType" "value" "password") }}
{{- $items = append $items (dict "name" "saslMechanism" "value" (.Values.kafka.sasl.mechanism | replace "SCRAM-" "" | replace "PLAIN" "PLAINTEXT")) }}
{{- $items = append $items (dict "name" "saslUsername" "secretKeyRef" (dict "name" $secret "key" "username")) }}
{{- $items = append $items (dict "name" "saslPassword" "secretKeyRef" (dict "name" $secret "key" "password")) }}
{{- else if $tls }}
{{- $items = append $items (dict "name" "authType" "value" "certificate") }}
{{- else }}
{{- $items = append $items (dict "name" "authType" "value" "none") }}
{{- end }}
{{- if not $tls }}
{{- $items = append $items (dict "name" "disableTls" "value" "true") }}
{{- else if $ca }}
{{- $items = append $items (dict "name" "caCert" "secretKeyRef" (dict "name" $ca "key" "ca.crt")) }}
{{- end }}
{{- toJson $items }}
{{- end }}
