variable "index" {}

resource "terraform_data" "in" {
  input = var.index
}

output "index" {
  value = var.index
}
