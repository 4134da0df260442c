resource "terraform_data" "web" {
  inptu = 1
}
