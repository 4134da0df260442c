resource "terraform_data" "in_test" {}
