{{/* Labels of every object. Call with (dict "root" $ "name" NAME). */}}
{{- define "todo.labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/part-of: todo
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ .root.Values.image.tag | default .root.Chart.AppVersion | quote }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{/* A service with its defaults, as JSON. Call with (dict "root" $ "name" NAME). */}}
{{- define "todo.service" -}}
{{- mustMergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (index .root.Values.services .name | default dict)) | toJson }}
{{- end }}

{{/* Services that people reach; both listen on 8080 beside the port of their sidecar. */}}
{{- define "todo.public" -}}
["chat-api", "websocket"]
{{- end }}
