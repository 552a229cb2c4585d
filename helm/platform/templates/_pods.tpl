{{/* Pod Security Standard `restricted`. Call with (dict "user" NUMBER). */}}
{{- define "platform.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .user }}
runAsGroup: {{ .user }}
fsGroup: {{ .user }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "platform.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* Reference of one of our images. Call with (dict "root" $ "name" NAME "digest" DIGEST). */}}
{{- define "platform.image" -}}
{{- $registry := required "image.registry must be set: where the images are, such as ghcr.io/OWNER/todo" .root.Values.image.registry }}
{{- if .digest -}}
{{ $registry }}/{{ .name }}@{{ .digest }}
{{- else -}}
{{ $registry }}/{{ .name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* A claim of storage. Call with (dict "size" SIZE "class" CLASS). */}}
{{- define "platform.claim" -}}
accessModes: [ReadWriteOnce]
{{- with .class }}
storageClassName: {{ . }}
{{- end }}
resources: { requests: { storage: {{ .size }} } }
{{- end }}
