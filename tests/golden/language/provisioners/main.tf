terraform {
  required_providers {
    terraform = {
      source = "terraform.io/builtin/terraform"
    }
  }
}

data "terraform_remote_state" "other" {
  backend = "local"
  config = {
    path = "other.tfstate"
  }
  defaults = { name = "by default" }
}

resource "terraform_data" "a" {
  input = data.terraform_remote_state.other.outputs

  connection {
    host = "localhost"
  }

  provisioner "local-exec" {
    command     = "exit 1"
    on_failure  = continue
    interpreter = ["/bin/sh", "-c"]
    environment = { A = "b" }
  }
}

output "functions" {
  value = [
    provider::terraform::encode_tfvars({ a = 1, b = ["x"] }),
    provider::terraform::decode_tfvars("a = 1"),
    provider::terraform::encode_expr([true, null]),
  ]
}
