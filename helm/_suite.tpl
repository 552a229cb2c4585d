{{/* What both charts say in the same way; linked into each. */}}

{{/* What selects the pods of one workload; never a version, which would change. Call with (dict "root" $ "name" NAME). */}}
{{- define "suite.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{/* Reference of one of our images. Call with (dict "root" $ "name" NAME "digest" DIGEST). */}}
{{- define "suite.image" -}}
{{- $registry := required "image.registry must be set: where the images are, such as ghcr.io/OWNER/todo" .root.Values.image.registry }}
{{- if .digest -}}
{{ $registry }}/{{ .name }}@{{ .digest }}
{{- else -}}
{{ $registry }}/{{ .name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* What Pod Security `restricted` asks of a container, and a file system that it cannot write. */}}
{{- define "suite.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* host:port,… of the brokers. */}}
{{- define "suite.brokers" -}}
{{- if eq .Values.kafka.provider "redpanda" -}}
redpanda-0.redpanda.{{ .Release.Namespace }}.svc.cluster.local:9092
{{- else if eq .Values.kafka.provider "strimzi" -}}
{{ .Values.kafka.strimzi.cluster }}-kafka-bootstrap.{{ .Release.Namespace }}.svc.cluster.local:9093
{{- else -}}
{{ .Values.kafka.brokers }}
{{- end }}
{{- end }}

{{/* Whether the connection to them is encrypted, as text: "true" or "". */}}
{{- define "suite.kafkaTls" -}}
{{- if or .Values.kafka.tls.enabled (eq .Values.kafka.provider "strimzi") }}true{{ end }}
{{- end }}

{{/* Secret with their certificate authority. */}}
{{- define "suite.kafkaCaSecret" -}}
{{- if eq .Values.kafka.provider "strimzi" }}{{ .Values.kafka.strimzi.cluster }}-cluster-ca-cert{{ else }}{{ .Values.kafka.tls.caSecret }}{{ end }}
{{- end }}
