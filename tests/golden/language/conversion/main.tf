variable "yes" {
  default = true
}

locals {
  list_or_tuple = var.yes ? [1] : ["a", "b"]
  same_length   = var.yes ? [1, 2] : ["a", "b"]
  map_or_object = var.yes ? { a = 1 } : { b = "x" }
  null_or_text  = var.yes ? null : "x"
}

resource "terraform_data" "unified" {
  input = [local.list_or_tuple, local.same_length, local.map_or_object, local.null_or_text]
}

output "converted" {
  value = [toset(["b", "a", "b"]), tolist([1, "x"]), tomap({ a = 1, b = "x" }), tonumber("1e3"), tobool("1"), tostring(1.50)]
}

output "compared" {
  value = ["1" == 1, [1] == tolist([1]), "true" && true]
}
