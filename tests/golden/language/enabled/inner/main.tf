resource "terraform_data" "inside" {
  input = "inside"
}

output "name" {
  value = terraform_data.inside.input
}
