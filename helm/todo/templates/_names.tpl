{{/* Labels of every object. Call with (dict "root" $ "name" NAME). */}}
{{- define "todo.labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/part-of: todo
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ .root.Values.image.tag | default .root.Chart.AppVersion | quote }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{/* What selects the pods of one workload; never a version, which would change. */}}
{{- define "todo.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{/* Reference of one of our images. Call with (dict "root" $ "name" NAME "digest" DIGEST). */}}
{{- define "todo.image" -}}
{{- $registry := required "image.registry must be set: where the images are, such as ghcr.io/OWNER/todo" .root.Values.image.registry }}
{{- if .digest -}}
{{ $registry }}/{{ .name }}@{{ .digest }}
{{- else -}}
{{ $registry }}/{{ .name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* A service with its defaults, as JSON. Call with (dict "root" $ "name" NAME). */}}
{{- define "todo.service" -}}
{{- mustMergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (index .root.Values.services .name | default dict)) | toJson }}
{{- end }}

{{/* Services that people reach; both listen on 8080 beside the port of their sidecar. */}}
{{- define "todo.public" -}}
["chat-api", "websocket"]
{{- end }}
