terraform {
  required_version = ">= 1.3, < 2.0"
  required_providers {
    mine = { source = "example/test", version = "~> 1.0" }
  }
  backend "local" {}
}
provider "mine" {
  host = "h"
}
resource "test_thing" "a" {
  name     = "x"
  provider = mine
}
variable "x" {
  type        = object({ a = string, b = optional(list(number), [1]), c = optional(object({ d = optional(bool, true) }), {}) })
  default     = { a = "x" }
  description = "x"
  sensitive   = true
  nullable    = false
}
