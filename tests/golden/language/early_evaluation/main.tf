variable "stage" {
  default = "test"
}

locals {
  module = "./${var.stage}"
}

terraform {
  backend "local" {
    path = "state-${var.stage}"
  }
}

module "staged" {
  source = local.module
}
