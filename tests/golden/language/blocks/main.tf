variable "name" {
  default = "n"
}

locals {
  name = "${var.name}-local"
}

resource "terraform_data" "made" {
  input = local.name
}

data "null_data_source" "read" {
  inputs = { name = local.name }
}

ephemeral "random_password" "drawn" {
  length = 8
}

module "child" {
  source = "./child"
  name   = data.null_data_source.read.outputs["name"]
}

moved {
  from = terraform_data.before
  to   = terraform_data.made
}

removed {
  from = terraform_data.forgotten

  lifecycle {
    destroy = false
  }
}

import {
  to = terraform_data.taken
  id = "there"
}

resource "terraform_data" "taken" {}

check "name" {
  assert {
    condition     = local.name != ""
    error_message = "There is no name."
  }
}

output "name" {
  value = module.child.name
}
