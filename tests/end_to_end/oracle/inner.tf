terraform {
  required_providers {
    terraform = {
      source = "terraform.io/builtin/terraform"
    }
  }
}

variable "keys" {
  type = list(string)
}

variable "label" {
  type    = string
  default = null
}

variable "secret" {
  type      = string
  default   = "none"
  sensitive = true
}

resource "terraform_data" "each" {
  for_each = toset(var.keys)
  input    = each.key
}

module "deep" {
  source = "./deep"
  value  = { keys = var.keys, label = var.label }
}

output "made" {
  value = terraform_data.each
}

output "label" {
  value = module.deep.value.label
}
