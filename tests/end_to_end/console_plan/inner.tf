variable "given" {}

resource "terraform_data" "i" {
  input = "inner ${var.given}"
}

output "id" {
  value = terraform_data.i.id
}

output "input" {
  value = terraform_data.i.input
}
