resource "terraform_data" "disk" {
  input = "data"
}
