{{/* Labels of every object. Call with (dict "root" $ "name" NAME). */}}
{{- define "platform.labels" -}}
app.kubernetes.io/name: {{ .name }}
{{ include "platform.commonLabels" .root }}
{{- end }}

{{- define "platform.commonLabels" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: todo
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* What selects the pods of one workload. */}}
{{- define "platform.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}
