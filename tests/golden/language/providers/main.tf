terraform {
  required_providers {
    terraform = {
      source = "terraform.io/builtin/terraform"
    }
  }
}

provider "terraform" {}

provider "terraform" {
  alias = "other"
}

resource "terraform_data" "by_default" {
  input = "default"
}

resource "terraform_data" "by_alias" {
  provider = terraform.other
  input    = "alias"
}

module "inherits" {
  source = "./inner"
}

module "given" {
  source = "./given"
  providers = {
    terraform.mine = terraform.other
  }
}
