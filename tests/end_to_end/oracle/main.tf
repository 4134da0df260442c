terraform {
  required_providers {
    terraform = {
      source = "terraform.io/builtin/terraform"
    }
  }
}

provider "terraform" {
  alias = "other"
}

variable "size" {
  default     = 1
  description = "How much of it."
  validation {
    condition     = var.size > 0
    error_message = "There must be something."
  }
}

variable "secret" {
  type      = string
  default   = "hush-hush"
  sensitive = true
}

variable "shapes" {
  type     = list(object({ name = string, wide = optional(bool, true) }))
  default  = [{ name = "x" }]
  nullable = false
}

variable "passing" {
  type      = string
  default   = "now"
  ephemeral = true
}

locals {
  doubled = var.size * 2
  names   = [for shape in var.shapes : shape.name]
}

resource "terraform_data" "plain" {
  input = { name = "a", size = var.size, tags = ["x", "y"], same = "${var.size}" }

  provisioner "local-exec" {
    command     = "true ${self.id}"
    environment = { SIZE = var.size }
    interpreter = ["/bin/sh", "-c"]
  }
  provisioner "local-exec" {
    when       = destroy
    command    = "true"
    on_failure = continue
  }
  lifecycle {
    precondition {
      condition     = local.doubled > 0
      error_message = "Nothing."
    }
    postcondition {
      condition     = self.input.size > 0
      error_message = "Still nothing."
    }
  }
}

resource "terraform_data" "replaced" {
  count            = 2
  input            = [terraform_data.plain.id, terraform_data.plain.output.tags[count.index]]
  triggers_replace = var.size
}

resource "terraform_data" "before" {
  provider         = terraform.other
  input            = "first"
  triggers_replace = [var.size, upper("x"), null]

  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "secret" {
  input            = { text = var.secret, plain = 1 + 2 }
  triggers_replace = null
  depends_on       = [terraform_data.plain, module.inner]
}

resource "terraform_data" "gone" {
  input = "going"
}

resource "terraform_data" "old" {
  input = true ? "a" : "b"
}

data "terraform_remote_state" "none" {
  count   = var.size - var.size
  backend = "local"
  config  = { path = "none.tfstate", depth = tostring(local.doubled) }
}

module "inner" {
  source   = "./inner"
  for_each = toset(["p", "q"])
  keys     = var.size == 1 ? ["a", "b"] : ["b", "c"]
  label    = "${each.key}-${terraform_data.replaced[0].id}"
  providers = {
    terraform = terraform.other
  }
}

module "counted" {
  source     = "./inner"
  count      = var.size
  keys       = [for name in local.names : name if name != ""]
  secret     = var.secret
  depends_on = [terraform_data.plain]
}

check "health" {
  assert {
    condition     = var.size > 0
    error_message = "There is nothing."
  }
}

output "names" {
  value       = [for name, made in module.inner["p"].made : "${name}-${terraform_data.plain.output.name}"]
  description = "All names."
  depends_on  = [terraform_data.before]
}

output "size" {
  value = var.size
  precondition {
    condition     = var.size > 0
    error_message = "No size."
  }
}

output "ids" {
  value = terraform_data.replaced[*].id
}

output "labels" {
  value = [for key, one in module.inner : one.label]
}

output "secret" {
  value     = terraform_data.secret.input.text
  sensitive = true
}

output "where" {
  value = "${path.module}/${terraform.workspace}"
}
