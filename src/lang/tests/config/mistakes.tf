# A mistake of syntax is all that is said of its expression and of the argument it is in.
terraform {
  required_version = "\d" # error: Invalid escape sequence
  required_providers {
    test = { source = "example/test" version = "1" } # error: Missing attribute separator
  }
}

variable "list" {
  type    = list(string any) # error: Missing argument separator
  default = ["a" "b"]    # error: Missing item separator
}

module "m" {
  source = = "./m" # error: Invalid expression
}

output "value" {
  value = = 1 # error: Invalid expression
}

output "more" {
  value = "${local.undeclared} a" "b" # error: Missing newline after argument
}

output "line" { value = 1 2 } # error: Invalid single-argument block definition

resource "test_thing" "a" {
  name = "a" + # error: Invalid expression
  tags = { "\d" = var.list.0.1 } # error: Invalid escape sequence | Invalid legacy index syntax
  one {
    size = = 1 # error: Invalid expression
  }
  lifecycle {
    ignore_changes = [name tags] # error: Missing item separator
  }
}

resource "test_thing" "b" {
  name     = "b"
  count    = 1 2 # error: Missing newline after argument
  provider = = a # error: Invalid expression
  named "x" {
    size = 1
  }
}
