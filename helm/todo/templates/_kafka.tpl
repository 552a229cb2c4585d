{{/* Topics that each application consumes under its own group, from dapr/subscriptions, as JSON. */}}
{{- define "todo.consumed" -}}
{{- $consumed := dict }}
{{- range $path, $bytes := .Files.Glob "dapr/subscriptions/*.yaml" }}
{{- range $text := regexSplit "(?m)^---$" (toString $bytes) -1 }}
{{- $subscription := fromYaml $text }}
{{- if ne $subscription.spec.pubsubname "broadcast" }}
{{- range $app := $subscription.scopes }}
{{- $_ := set $consumed $app (append (index $consumed $app | default list) $subscription.spec.topic) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- toJson $consumed }}
{{- end }}

{{/* "true" when any service scales by lag. */}}
{{- define "todo.scalesByLag" -}}
{{- range $name := keys .Values.services }}
{{- if eq (include "todo.service" (dict "root" $ "name" $name) | fromJson).autoscaling.by "lag" }}true{{ end }}
{{- end }}
{{- end }}
