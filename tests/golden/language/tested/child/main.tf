variable "x" {}

resource "terraform_data" "inner" {
  input = var.x
}

output "o" {
  value = terraform_data.inner.output
}
