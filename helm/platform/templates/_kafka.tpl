{{/* host:port,… of the brokers. */}}
{{- define "platform.brokers" -}}
{{- if eq .Values.kafka.provider "redpanda" -}}
redpanda-0.redpanda.{{ .Release.Namespace }}.svc.cluster.local:9092
{{- else if eq .Values.kafka.provider "strimzi" -}}
{{ .Values.kafka.strimzi.cluster }}-kafka-bootstrap.{{ .Release.Namespace }}.svc.cluster.local:9093
{{- else -}}
{{ .Values.kafka.brokers }}
{{- end }}
{{- end }}

{{/* Whether the connection is encrypted, as text: "true" or "". */}}
{{- define "platform.kafkaTls" -}}
{{- if or .Values.kafka.tls.enabled (eq .Values.kafka.provider "strimzi") }}true{{ end }}
{{- end }}

{{/* Secret with the certificate authority of the brokers. */}}
{{- define "platform.kafkaCaSecret" -}}
{{- if eq .Values.kafka.provider "strimzi" }}{{ .Values.kafka.strimzi.cluster }}-cluster-ca-cert{{ else }}{{ .Values.kafka.tls.caSecret }}{{ end }}
{{- end }}

{{/* Metadata of a pubsub.kafka component that say where the brokers are, as a JSON list. Any sasl mechanism that Dapr does not know is PLAIN. */}}
{{- define "platform.kafkaMetadata" -}}
{{- $items := list (dict "name" "brokers" "value" (include "platform.brokers" .)) }}
{{- $tls := include "platform.kafkaTls" . }}
{{- $ca := include "platform.kafkaCaSecret" . }}
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
