resource "terraform_data" "goes" {}

resource "terraform_data" "stays" {}

module "goes" {
  source = "./inner"
}
