resource "terraform_data" "a" {
  input = 1
}

resource "terraform_data" "counted" {
  count = 2
}

resource "terraform_data" "let_go" {}

resource "terraform_data" "ended" {}

module "old" {
  source = "./inner"
}
