resource "terraform_data" "web" {
  for_eahc = {}
}
