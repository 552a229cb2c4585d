{{/*
One component, from its file under dapr/ and from what differs in a cluster: where brokers are, and that secrets are
Kubernetes' own. Call with (dict "root" $ "component" PARSED). The operator resolves references to the store
`kubernetes` itself, so pods need no right to read these Secrets.
*/}}
{{- define "platform.component" -}}
{{- $root := .root }}
{{- $component := .component }}
{{- $spec := $component.spec }}
{{- $_ := set $component "metadata" (dict "name" $component.metadata.name "namespace" $root.Release.Namespace "labels" (include "platform.labels" (dict "root" $root "name" $component.metadata.name) | fromYaml)) }}
{{- if $component.auth }}
{{- $_ := set $component "auth" (dict "secretStore" "kubernetes") }}
{{- end }}
{{- if eq $spec.type "pubsub.kafka" }}
{{- $kept := list }}
{{- range $spec.metadata }}
{{- if not (has .name (list "brokers" "authType" "version")) }}
{{- $kept = append $kept . }}
{{- end }}
{{- end }}
{{- $connection := include "platform.kafkaMetadata" $root | fromJsonArray }}
{{- $version := dict "name" "version" "value" $root.Values.kafka.version }}
{{- $_ := set $spec "metadata" (concat $connection (list $version) $kept) }}
{{- $_ := set $component "auth" (dict "secretStore" "kubernetes") }}
{{- else if eq $spec.type "secretstores.local.file" }}
{{- $_ := set $spec "type" "secretstores.kubernetes" }}
{{- $_ := set $spec "metadata" list }}
{{- /* The two that read a secret while they run; their accounts may, no other's. */}}
{{- $_ := set $component "scopes" (list "chat-api" "websocket") }}
{{- else if or (eq $spec.type "bindings.postgresql") (eq $spec.type "state.postgresql") }}
{{- $_ := set $spec "metadata" (append $spec.metadata (dict "name" "maxConns" "value" (toString $root.Values.postgres.maxConnections))) }}
{{- end }}
{{- if not (hasPrefix "bindings.cron" $spec.type) }}
{{- $_ := set $spec "initTimeout" $root.Values.dapr.initTimeout }}
{{- end }}
{{- toYaml $component }}
{{- end }}

{{/* Files of components that this cluster has, as a JSON list of paths. */}}
{{- define "platform.componentFiles" -}}
{{- $paths := list }}
{{- range $path, $_ := .Files.Glob "dapr/components/*.yaml" }}
{{- if not (and (eq (base $path) "state.yaml") (eq $.Values.state.provider "redis")) }}
{{- $paths = append $paths $path }}
{{- end }}
{{- end }}
{{- toJson $paths }}
{{- end }}
