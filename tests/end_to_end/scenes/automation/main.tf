resource "terraform_data" "web" {
  input = "one"
}
