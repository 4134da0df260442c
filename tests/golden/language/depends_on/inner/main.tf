resource "terraform_data" "in" {
  input = "known"
}

output "known" {
  value = terraform_data.in.input
}
