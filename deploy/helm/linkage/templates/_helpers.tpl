{{- define "linkage.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "linkage.fullname" -}}
{{- $name := include "linkage.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "linkage.selector" -}}
app.kubernetes.io/name: {{ include "linkage.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "linkage.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "linkage.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "linkage.serviceAccount" -}}
{{- ternary (default (include "linkage.fullname" .) .Values.serviceAccount.name) (default "default" .Values.serviceAccount.name) .Values.serviceAccount.create }}
{{- end }}

{{- define "linkage.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag }}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ $tag }}{{ end }}
{{- end }}

{{- define "linkage.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "linkage.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Values that the schema cannot tell to be wrong together. */}}
{{- define "linkage.check" -}}
{{- if not .Values.database.url }}
{{- if or (gt (int .Values.replicas) 1) .Values.autoscaling.enabled }}
{{- fail "several pods need one decision log: set database.url (PostgreSQL), or replicas: 1 with autoscaling off" }}
{{- end }}
{{- else if not .Values.database.keysSecret.name }}
{{- fail "with database.url the pods need the same keys of the log: make them with `linkage log new-keys linkage.keys`, `kubectl create secret generic linkage-log --from-file=linkage.keys`, and set database.keysSecret.name=linkage-log" }}
{{- end }}
{{- if not .Values.insecure }}
{{- if not .Values.tls.secretName }}
{{- fail "set tls.secretName, a Secret of the type kubernetes.io/tls; or insecure: true, where something in front does TLS and knows who calls" }}
{{- end }}
{{- if not .Values.identity.callers }}
{{- fail "set identity.callers, who may call and what (docs/security.md); or insecure: true" }}
{{- end }}
{{- end }}
{{- if and .Values.rules.files .Values.rules.volume }}
{{- fail "set rules.files or rules.volume, not both" }}
{{- end }}
{{- end }}

{{/* The settings file: what the chart decides, and then what .Values.settings says. */}}
{{- define "linkage.settings" -}}
{{- $database := .Values.database.url | default "sqlite:////var/lib/linkage/linkage.sqlite3" }}
{{- if and .Values.database.url .Values.database.passwordSecret.name }}
{{- $database = printf "%s%spassword_file=/etc/linkage/database/password" .Values.database.url (ternary "&" "?" (contains "?" .Values.database.url)) }}
{{- end }}
{{- $settings := dict
  "address" "0.0.0.0:50051"
  "http" (dict "address" "0.0.0.0:8080")
  "operations" (dict "address" (printf "0.0.0.0:%v" .Values.metrics.port))
  "rules" "/etc/linkage/rules"
  "sources" (ternary "/etc/linkage/sources" "/var/lib/linkage/sources" (not (empty .Values.sources.volume)))
  "database" $database
  "workers" (int .Values.workers)
  "notice_seconds" (int .Values.noticeSeconds)
  "grace_seconds" (int .Values.graceSeconds)
  "insecure" .Values.insecure
}}
{{- if .Values.database.keysSecret.name }}
{{- $_ := set $settings "log" (dict "keys" "/etc/linkage/log/linkage.keys") }}
{{- end }}
{{- if .Values.tls.secretName }}
{{- $tls := dict "certificate" "/etc/linkage/tls/tls.crt" "key" "/etc/linkage/tls/tls.key" }}
{{- if .Values.tls.clientCa.secretName }}
{{- $_ := set $tls "client_ca" "/etc/linkage/clients/ca.crt" }}
{{- end }}
{{- $_ := set $settings "tls" $tls }}
{{- end }}
{{- $identity := dict }}
{{- if .Values.identity.callers }}
{{- $_ := set $identity "callers" "/etc/linkage/settings/callers.yaml" }}
{{- end }}
{{- if .Values.identity.keysSecret.name }}
{{- $_ := set $identity "keys" "/etc/linkage/keys/api-keys.json" }}
{{- end }}
{{- if $identity }}
{{- $_ := set $settings "identity" $identity }}
{{- end }}
{{- toYaml (mergeOverwrite $settings (deepCopy .Values.settings)) }}
{{- end }}

{{/* A path in a ConfigMap's key, which takes no slash. */}}
{{- define "linkage.key" -}}
{{- . | replace "/" "__" }}
{{- end }}
