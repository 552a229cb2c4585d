{{/* Settings of one service as a map of texts, as JSON; `env` of the values has the last word. Call with (dict "root" $ "name" NAME "service" SERVICE). */}}
{{- define "todo.settings" -}}
{{- $values := .root.Values }}
{{- $public := has .name (include "todo.public" . | fromJsonArray) }}
{{- $settings := dict "APP_HOST" "0.0.0.0" "APP_PORT" "7000" "LOG_FORMAT" "json" "RUST_LOG" .service.logFilter }}
{{- $_ := set $settings "DRAIN_SECONDS" (include "todo.drain" .) }}
{{- if $public }}
{{- $_ := set $settings "PUBLIC_PORT" "8080" }}
{{- $_ := set $settings "JWT_ISSUER" $values.auth.issuer }}
{{- $_ := set $settings "JWT_AUDIENCE" $values.auth.audience }}
{{- with $values.auth.jwksUrl }}
{{- $_ := set $settings "JWKS_ENDPOINT" "issuer" }}
{{- $_ := set $settings "JWKS_PATH" (regexReplaceAll "^https?://[^/]+/" . "") }}
{{- end }}
{{- end }}
{{- if eq .name "chat-api" }}
{{- $_ := set $settings "DEV_LOGIN" (toString $values.auth.devLogin) }}
{{- $_ := set $settings "MCP_ALLOWED_HOSTS" (prepend (list "chat-api" "localhost" "127.0.0.1") $values.host | compact | join ",") }}
{{- with $values.llm.component }}
{{- $_ := set $settings "LLM_COMPONENT" . }}
{{- end }}
{{- else if eq .name "websocket" }}
{{- $_ := set $settings "BROADCAST_PARTITIONS" (toString (.root.Files.Get "dapr/topics.yaml" | fromYaml).partitions) }}
{{- with $values.host }}
{{- $_ := set $settings "ALLOWED_ORIGINS" (printf "https://%s,http://%s" . .) }}
{{- end }}
{{- else if eq .name "notification" }}
{{- if $values.email.enabled }}
{{- $_ := set $settings "EMAIL_BINDING" "email" }}
{{- $_ := set $settings "EMAIL_FROM" $values.email.from }}
{{- end }}
{{- if $values.webhook.enabled }}
{{- $_ := set $settings "WEBHOOK_BINDING" "webhook" }}
{{- end }}
{{- end }}
{{- range $name, $value := .service.env }}
{{- $_ := set $settings $name (toString $value) }}
{{- end }}
{{- toJson $settings }}
{{- end }}

{{/* Seconds that a service may take to end. Call with (dict "root" $ "name" NAME). */}}
{{- define "todo.drain" -}}
{{- $public := has .name (include "todo.public" . | fromJsonArray) }}
{{- ternary .root.Values.shutdown.drain .root.Values.shutdown.drainInside $public }}
{{- end }}

{{/* Annotations for Dapr's injector. Call with (dict "root" $ "name" NAME). */}}
{{- define "todo.sidecar" -}}
{{- $dapr := .root.Values.dapr }}
{{- $shutdown := .root.Values.shutdown -}}
dapr.io/enabled: "true"
dapr.io/app-id: {{ .name }}
dapr.io/app-port: "7000"
dapr.io/app-protocol: http
dapr.io/config: todo
dapr.io/api-token-secret: dapr-api-token
dapr.io/app-token-secret: app-api-token
dapr.io/disable-builtin-k8s-secret-store: "true"
dapr.io/log-as-json: "true"
dapr.io/log-level: {{ $dapr.logLevel }}
{{- /* The first delivery waits until the service is ready. After that the sidecar never stops its subscriptions: it may not start
       them again (docs/adr/0014). */}}
dapr.io/enable-app-health-check: "true"
dapr.io/app-health-check-path: /healthz
dapr.io/app-health-probe-interval: "1"
dapr.io/app-health-probe-timeout: "500"
dapr.io/app-health-threshold: "1000000"
{{- /* There are no others than those of the platform chart, and a question that fails would cost those, too. */}}
dapr.io/disable-init-endpoints: subscribe
{{- if $dapr.nativeSidecar }}
dapr.io/enable-native-sidecar: "true"
{{- else }}
{{- /* It is told to end when its service is: then it takes no more deliveries, and answers until the service has drained. */}}
dapr.io/block-shutdown-duration: {{ add $shutdown.endpoints (include "todo.drain" .) }}s
{{- end }}
dapr.io/graceful-shutdown-seconds: {{ $shutdown.sidecar | quote }}
dapr.io/sidecar-cpu-request: {{ $dapr.resources.requests.cpu | quote }}
dapr.io/sidecar-memory-request: {{ $dapr.resources.requests.memory | quote }}
dapr.io/sidecar-memory-limit: {{ $dapr.resources.limits.memory | quote }}
{{- with $dapr.resources.limits.cpu }}
dapr.io/sidecar-cpu-limit: {{ . | quote }}
{{- end }}
dapr.io/env: GOMEMLIMIT={{ $dapr.goMemoryLimit }}
dapr.io/sidecar-seccomp-profile-type: RuntimeDefault
{{- end }}

{{/* Changes whenever a sidecar would have to start again to notice: it reads components and policies once. */}}
{{- define "todo.platformChecksum" -}}
{{- $parts := list (toJson .Values.kafka) (toJson .Values.postgres) (toJson .Values.state) (toJson .Values.dapr) (toJson .Values.email) (toJson .Values.webhook) .Values.auth.jwksUrl }}
{{- range $path, $bytes := .Files.Glob "dapr/**.yaml" }}
{{- $parts = append $parts (toString $bytes) }}
{{- end }}
{{- join "" $parts | sha256sum }}
{{- end }}
