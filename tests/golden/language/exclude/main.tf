resource "terraform_data" "left_out" {}

resource "terraform_data" "needs_it" {
  input = terraform_data.left_out.id
}

resource "terraform_data" "planned" {}

module "out" {
  source = "./inner"
}
