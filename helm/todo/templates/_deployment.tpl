{{/* One service. Call with (dict "root" $ "name" NAME). */}}
{{- define "todo.deployment" -}}
{{- $root := .root }}
{{- $service := include "todo.service" . | fromJson }}
{{- $public := has .name (include "todo.public" . | fromJsonArray) }}
{{- $shutdown := $root.Values.shutdown }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  namespace: {{ $root.Release.Namespace }}
  labels: {{- include "todo.labels" . | nindent 4 }}
spec:
  {{- /* An autoscaler's own number would be fought over otherwise. */}}
  {{- if not $service.autoscaling.by }}
  replicas: {{ $service.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  progressDeadlineSeconds: 300
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }
  selector:
    matchLabels: {{- include "suite.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "todo.labels" . | nindent 8 }}
        {{- with $service.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        checksum/platform: {{ include "todo.platformChecksum" $root }}
        {{- include "todo.sidecar" . | nindent 8 }}
        {{- with $service.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ .name }}
      # Only for the sidecar that reads the token secret while it runs.
      automountServiceAccountToken: {{ $public }}
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ add $shutdown.endpoints (include "todo.drain" .) $shutdown.sidecar 10 }}
      {{- with $service.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      imagePullSecrets: {{ include "todo.pullSecrets" $root }}
      securityContext: {{- include "todo.podSecurity" $root | nindent 8 }}
      topologySpreadConstraints: {{- include "todo.spread" . | nindent 8 }}
      {{- with $service.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $service.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $service.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .name }}
          image: {{ include "suite.image" (dict "root" $root "name" .name "digest" $service.image.digest) }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          ports:
            - { name: app, containerPort: 7000 }
            {{- if $public }}
            - { name: http, containerPort: 8080 }
            {{- end }}
          env:
            {{- range $name, $value := include "todo.settings" (dict "root" $root "name" .name "service" $service) | fromJson }}
            - { name: {{ $name }}, value: {{ $value | quote }} }
            {{- end }}
            - { name: APP_API_TOKEN, valueFrom: { secretKeyRef: { name: app-api-token, key: token } } }
            - { name: DAPR_API_TOKEN, valueFrom: { secretKeyRef: { name: dapr-api-token, key: token } } }
          startupProbe: { httpGet: { path: /livez, port: app }, periodSeconds: 1, failureThreshold: 60 }
          livenessProbe: { httpGet: { path: /livez, port: app }, periodSeconds: 10, timeoutSeconds: 3 }
          readinessProbe: { httpGet: { path: /readyz, port: app }, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 2 }
          # Until then the endpoints of the Service still lead here.
          lifecycle: { preStop: { sleep: { seconds: {{ $shutdown.endpoints }} } } }
          resources: {{- toYaml $service.resources | nindent 12 }}
          securityContext: {{- include "suite.containerSecurity" $root | nindent 12 }}
{{- end }}
