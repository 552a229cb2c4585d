{{/* What the schema cannot say: rules between values. */}}
{{- define "todo.validate" -}}
{{- if and .Values.ingress.enabled .Values.gateway.enabled }}
{{- fail "ingress.enabled and gateway.enabled are both true: one of them leads people in" }}
{{- end }}
{{- if and (or .Values.ingress.enabled .Values.gateway.enabled) (not .Values.host) }}
{{- fail "host must be set: ingress or gateway is enabled" }}
{{- end }}
{{- if and (or .Values.ingress.enabled .Values.gateway.enabled) .Values.auth.devLogin }}
{{- fail "auth.devLogin cannot be with ingress or gateway: anybody out there could be anybody" }}
{{- end }}
{{- if and .Values.gateway.enabled (not .Values.gateway.parentRefs) }}
{{- fail "gateway.parentRefs must name a Gateway: gateway.enabled is true" }}
{{- end }}
{{- if and .Values.email.enabled (not .Values.email.from) }}
{{- fail "email.from must be set: email.enabled is true" }}
{{- end }}
{{- range $name := keys .Values.services | sortAlpha }}
{{- $scaling := (include "todo.service" (dict "root" $ "name" $name) | fromJson).autoscaling }}
{{- if gt (int $scaling.min) (int $scaling.max) }}
{{- fail (printf "services.%s.autoscaling.min must not be above max" $name) }}
{{- end }}
{{- if and (eq $scaling.by "lag") (has $name (list "chat-api" "websocket")) }}
{{- fail (printf "services.%s.autoscaling.by must be cpu: it has no lag of a group of its own" $name) }}
{{- end }}
{{- end }}
{{- if and .Values.networkPolicies.enabled (eq .Values.kafka.provider "redpanda") (include "todo.scalesByLag" .) (not .Values.networkPolicies.kedaNamespace) }}
{{- fail "networkPolicies.kedaNamespace must be set: KEDA asks the bundled broker for the lag" }}
{{- end }}
{{- end }}
