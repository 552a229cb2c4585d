{{/* Address blocks as peers of a policy. */}}
{{- define "platform.blocks" -}}
{{- range . }}
- ipBlock: { cidr: {{ . }} }
{{- end }}
{{- end }}

{{/* The way to the brokers. */}}
{{- define "platform.egress.kafka" -}}
- to:
    {{- if eq .Values.kafka.provider "redpanda" }}
    - podSelector: { matchLabels: { app.kubernetes.io/name: redpanda } }
    {{- else if eq .Values.kafka.provider "strimzi" }}
    - podSelector: { matchLabels: { strimzi.io/cluster: {{ .Values.kafka.strimzi.cluster }} } }
    {{- else }}
    {{- include "platform.blocks" .Values.networkPolicies.kafkaCidrs | nindent 4 }}
    {{- end }}
  ports:
    {{- range uniq (include "suite.brokers" . | splitList ",") }}
    - { protocol: TCP, port: {{ . | trim | splitList ":" | last }} }
    {{- end }}
{{- end }}

{{/* The way to the database. */}}
{{- define "platform.egress.postgres" -}}
- to:
    {{- if eq .Values.postgres.provider "bundled" }}
    - podSelector: { matchLabels: { app.kubernetes.io/name: postgres } }
  ports: [{ protocol: TCP, port: 5432 }]
    {{- else }}
    {{- include "platform.blocks" .Values.networkPolicies.postgresCidrs | nindent 4 }}
  ports:
    {{- range .Values.networkPolicies.postgresPorts }}
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
    {{- end }}
{{- end }}
