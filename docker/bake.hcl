# Every image in one call, so that they share what they have in common:
#   docker buildx bake -f docker/bake.hcl --load                for this machine, localhost/todo/<name>:dev
#   REGISTRY=ghcr.io/me/todo TAG=1.2.3 PLATFORMS=linux/amd64,linux/arm64 docker buildx bake -f docker/bake.hcl --push

variable "REGISTRY" {
  default = "localhost/todo"
}

variable "TAG" {
  default = "dev"
}

# Of this machine when empty. The other architecture is emulated, which takes hours: .github/workflows/images.yml builds each
# on a machine of its own.
variable "PLATFORMS" {
  default = ""
}

# Where layers are kept between builds, such as `type=gha` or `type=registry,ref=…`; nowhere when empty.
variable "CACHE" {
  default = ""
}

# Pushed without a name, with a list of contents and a record of the build: what images.yml signs and names afterwards.
variable "BY_DIGEST" {
  default = false
}

# What labels say of the source.
variable "VERSION" {
  default = ""
}

variable "REVISION" {
  default = ""
}

variable "SOURCE" {
  default = ""
}

variable "SERVICES" {
  default = ["chat-api", "recurring-task", "notification", "audit", "websocket"]
}

variable "JOBS" {
  default = ["migrate", "smoke"]
}

group "default" {
  targets = ["services", "jobs"]
}

group "services" {
  targets = SERVICES
}

group "jobs" {
  targets = JOBS
}

target "image" {
  matrix     = { name = concat(SERVICES, JOBS) }
  name       = name
  context    = "."
  dockerfile = "docker/Dockerfile"
  target     = name
  tags       = BY_DIGEST ? [] : ["${REGISTRY}/${name}:${TAG}"]
  output     = BY_DIGEST ? ["type=image,name=${REGISTRY}/${name},push-by-digest=true,name-canonical=true,push=true"] : []
  attest     = BY_DIGEST ? ["type=provenance,mode=max", "type=sbom"] : []
  platforms  = compact(split(",", PLATFORMS))
  labels = {
    "org.opencontainers.image.title"    = "todo ${name}"
    "org.opencontainers.image.version"  = VERSION
    "org.opencontainers.image.revision" = REVISION
    "org.opencontainers.image.source"   = SOURCE
  }
  cache-from = compact([CACHE])
  # All stages but the last are the same for all, so one of them is enough to keep.
  cache-to = name == "chat-api" && CACHE != "" ? ["${CACHE},mode=max"] : []
}
