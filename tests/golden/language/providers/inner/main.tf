resource "terraform_data" "inherited" {}
