resource "terraform_data" "in" {
}

output "name" {
  value = "inner"
}
