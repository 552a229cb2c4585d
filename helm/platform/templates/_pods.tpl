{{/* Pod Security Standard `restricted`. Call with (dict "user" NUMBER). */}}
{{- define "platform.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .user }}
runAsGroup: {{ .user }}
fsGroup: {{ .user }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{/* Three quarters of so many Mi or Gi, as Redis writes megabytes: 96mb. */}}
{{- define "platform.threeQuarters" -}}
{{- $mebibytes := ternary (mul 1024 (trimSuffix "Gi" . | int)) (trimSuffix "Mi" . | int) (hasSuffix "Gi" .) }}
{{- printf "%dmb" (div (mul 3 $mebibytes) 4) }}
{{- end }}

{{/* A claim of storage. Call with (dict "size" SIZE "class" CLASS). */}}
{{- define "platform.claim" -}}
accessModes: [ReadWriteOnce]
{{- with .class }}
storageClassName: {{ . }}
{{- end }}
resources: { requests: { storage: {{ .size }} } }
{{- end }}
