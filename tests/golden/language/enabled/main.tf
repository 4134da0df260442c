variable "off" {
  default = false
}

variable "on" {
  default = true
}

resource "terraform_data" "goes" {
  lifecycle {
    enabled = var.off
  }
}

resource "terraform_data" "comes" {
  lifecycle {
    enabled = var.on
  }
}

resource "terraform_data" "stays" {
  lifecycle {
    enabled = var.on
  }
}

data "terraform_remote_state" "off" {
  backend = "local"
  config  = { path = "nowhere" }
  lifecycle {
    enabled = var.off
  }
}

module "goes" {
  source = "./inner"
  lifecycle {
    enabled = var.off
  }
}

module "comes" {
  source = "./inner"
  lifecycle {
    enabled = var.on
  }
}

output "null" {
  value = [terraform_data.goes == null, data.terraform_remote_state.off == null, module.goes == null]
}

output "tried" {
  value = try(module.goes.name, "none")
}

output "made" {
  value = module.comes.name
}
