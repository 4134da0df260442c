resource "terraform_data" "web" {
  input = each.key
}
