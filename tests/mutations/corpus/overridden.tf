terraform {
  required_version = ">= 1.0"
}

variable "v" {
  type    = string
  default = "x"
}

locals {
  a = var.v
}

resource "test_thing" "c" {
  name = local.a
  one {
    text = "t"
  }
  lifecycle {
    prevent_destroy = false
  }
}

output "o" {
  value = test_thing.c.name
}
