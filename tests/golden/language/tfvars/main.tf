variable "a" {}

variable "b" {}

variable "c" {}

variable "d" {}

variable "e" {}

variable "f" {}

variable "typed" {
  type = list(string)
}

resource "terraform_data" "all" {
  input = [var.a, var.b, var.c, var.d, var.e, var.f, var.typed]
}
