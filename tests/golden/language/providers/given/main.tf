terraform {
  required_providers {
    terraform = {
      source                = "terraform.io/builtin/terraform"
      configuration_aliases = [terraform.mine]
    }
  }
}

resource "terraform_data" "passed" {
  provider = terraform.mine
}
