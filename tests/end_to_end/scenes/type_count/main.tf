resource "terraform_data" "web" {
  count = "many"
}
