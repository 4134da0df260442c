resource "terraform_data" "in" {}

output "path" {
  value = path.module
}
