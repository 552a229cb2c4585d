{{/* Pod Security Standard `restricted`, for all our images. */}}
{{- define "todo.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{/* Written as JSON, on the line of its key. */}}
{{- define "todo.pullSecrets" -}}
{{- $references := list }}
{{- range .Values.image.pullSecrets }}
{{- $references = append $references (dict "name" .) }}
{{- end }}
{{- toJson $references }}
{{- end }}

{{/* Replicas of one service lie apart where they can. Call with (dict "root" $ "name" NAME). */}}
{{- define "todo.spread" -}}
{{- range $index, $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
{{- if $index }}{{ "\n" }}{{ end -}}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: ScheduleAnyway
  matchLabelKeys: [pod-template-hash]
  labelSelector:
    matchLabels: {{- include "suite.selector" $ | nindent 6 }}
{{- end }}
{{- end }}
