variable "v" {
  default = "a variable"
}

locals {
  l = "a local"
}

module "m" {
  source = "./inner"
}

resource "terraform_data" "r" {
  count = 1
  input = [var.v, local.l, module.m.path, data.null_data_source.d.inputs]
}

data "null_data_source" "d" {
  inputs = { a = "b" }
}

output "whole" {
  value = terraform_data.r
}

output "paths" {
  value = [path.module, path.root, path.cwd == abspath(path.root), terraform.workspace]
}

output "applying" {
  value = ephemeralasnull(terraform.applying)
}
