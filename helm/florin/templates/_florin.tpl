{{/* The vendors that the sandbox stands in for, and its port for each. */}}
{{- define "florin.standInPorts" -}}
plaid: 8091
stripe: 8092
{{- end }}

{{/* Every process that runs, by name, as YAML: its entry laid over the defaults. */}}
{{- define "florin.processes" -}}
{{- if not (hasKey .Values.services "identity") }}{{ fail "services.identity is needed: it vouches for every caller." }}{{ end }}
{{- $all := dict }}
{{- range $name, $service := .Values.services }}
{{- if has $name (list "gateway" "sandbox") }}{{ fail (printf "services.%s: this name is taken; use the values beside services." $name) }}{{ end }}
{{- $ports := dict "http" 8080 "grpc" 9090 }}
{{- $_ := set $all $name (mergeOverwrite (deepCopy $.Values.defaults) $service (dict "ports" $ports)) }}
{{- end }}
{{- $_ := set $all "gateway" (mergeOverwrite (deepCopy .Values.defaults) .Values.gateway (dict "ports" (dict "http" 8080))) }}
{{- if eq .Values.mode "simulated" }}
{{- $sandbox := dict "replicas" 1 "stateful" false "callers" list "secretEnv" list "ports" (mergeOverwrite (dict "http" 8090) (include "florin.standInPorts" . | fromYaml)) }}
{{- $_ := set $all "sandbox" (mergeOverwrite (deepCopy .Values.defaults) .Values.sandbox $sandbox) }}
{{- end }}
{{- toYaml $all }}
{{- end }}

{{/* The name of what belongs to one process. Takes a list: the root, the process. */}}
{{- define "florin.name" -}}
{{- $root := index . 0 }}{{ $name := index . 1 -}}
{{- printf "%s-%s" ($root.Release.Name | trunc 40 | trimSuffix "-") $name }}
{{- end }}

{{/* What selects the pods of one process. Takes the same list. */}}
{{- define "florin.selector" -}}
{{- $root := index . 0 }}{{ $name := index . 1 -}}
app.kubernetes.io/part-of: florin
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ $name }}
{{- end }}

{{- define "florin.labels" -}}
{{- $root := index . 0 }}{{ $name := index . 1 -}}
{{ include "florin.selector" . }}
app.kubernetes.io/name: florin-{{ $name }}
app.kubernetes.io/version: {{ $root.Values.image.tag | default $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* The environment of one process that is no secret, as YAML. Takes a list: the root, the process' name, the process. */}}
{{- define "florin.environment" -}}
{{- $root := index . 0 }}{{ $name := index . 1 }}{{ $process := index . 2 -}}
{{- $identity := include "florin.name" (list $root "identity") }}
{{- $env := dict "HOST" "0.0.0.0" "HTTP_PORT" (toString $process.ports.http) "LOG_LEVEL" $root.Values.logLevel "FLORIN_MODE" $root.Values.mode }}
{{- with $process.publicUrl }}{{ $_ := set $env "PUBLIC_URL" . }}{{ end }}
{{- with $root.Values.otlpEndpoint }}{{ $_ := set $env "OTEL_EXPORTER_OTLP_ENDPOINT" . }}{{ end }}
{{- if $root.Values.allowLive }}{{ $_ := set $env "FLORIN_ALLOW_LIVE" "true" }}{{ end }}
{{- if eq $name "sandbox" }}
{{- $env = dict "HOST" "0.0.0.0" "SANDBOX_PORT" "8090" "PLAID_PORT" "8091" "PLAID_PUBLIC_URL" $process.publicUrl "STRIPE_PORT" "8092" "LOG_LEVEL" $root.Values.logLevel }}
{{- with $root.Values.services.payments }}
{{- range $variable, $value := .simulatedEnv }}{{ $_ := set $env $variable $value }}{{ end }}
{{- with .publicUrl }}{{ $_ := set $env "STRIPE_WEBHOOK_URL" (printf "%s/webhooks/stripe" .) }}{{ end }}
{{- end }}
{{- else }}
{{- $issuer := $root.Values.services.identity.publicUrl }}
{{- $_ := set $env "ISSUER" $issuer }}
{{- $_ := set $env "IDENTITY_ADDRESS" (printf "%s-grpc:9090" $identity) }}
{{- if eq $name "gateway" }}
{{- $addresses := list }}
{{- range $service := keys $root.Values.services | sortAlpha }}
{{- $addresses = append $addresses (printf "%s=%s-grpc:9090" $service (include "florin.name" (list $root $service))) }}
{{- end }}
{{- $_ := set $env "SERVICES" (join "," $addresses) }}
{{- else }}
{{- $_ := set $env "GRPC_PORT" (toString $process.ports.grpc) }}
{{- $_ := set $env "MESH_ISSUER" $issuer }}
{{- $_ := set $env "MESH_JWKS_URL" (printf "http://%s:8080/mesh/jwks.json" $identity) }}
{{- $_ := set $env "GATEWAY_RESOURCE" (printf "%s/mcp" $root.Values.gateway.publicUrl) }}
{{- if eq $name "identity" }}
{{- /* Every other service may have data of people. */}}
{{- $addresses := list }}
{{- range $service := without (keys $root.Values.services) "identity" | sortAlpha }}
{{- $addresses = append $addresses (printf "%s=%s-grpc:9090" $service (include "florin.name" (list $root $service))) }}
{{- end }}
{{- $_ := set $env "PRIVACY_SERVICES" (join "," $addresses) }}
{{- end }}
{{- range $other := $process.calls }}
{{- $_ := set $env (printf "%s_ADDRESS" (upper $other)) (printf "%s-grpc:9090" (include "florin.name" (list $root $other))) }}
{{- end }}
{{- if eq $root.Values.mode "simulated" }}
{{- /* The stand-in takes any client: these are no secrets. */}}
{{- range $process.providerSecretEnv }}{{ $_ := set $env . "florin-simulated" }}{{ end }}
{{- range $variable, $value := $process.simulatedEnv }}{{ $_ := set $env $variable $value }}{{ end }}
{{- range $variable, $port := $process.standIns }}
{{- $number := index (include "florin.standInPorts" $root | fromYaml) $port | required (printf "services.%s.standIns.%s: the sandbox has no port %q" $name $variable $port) }}
{{- $_ := set $env $variable (printf "http://%s:%v" (include "florin.name" (list $root "sandbox")) $number) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- toYaml (mergeOverwrite $env ($process.env | default dict)) }}
{{- end }}
