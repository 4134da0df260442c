resource "terraform_data" "web" {
  input = "one"

output "name" {
  value = 1
}
