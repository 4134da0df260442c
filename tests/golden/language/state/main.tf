resource "terraform_data" "b" {}

resource "terraform_data" "gone" {}

resource "terraform_data" "tainted" {}

resource "terraform_data" "replaced" {}

resource "terraform_data" "not_a_target" {}
