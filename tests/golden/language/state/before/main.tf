resource "terraform_data" "a" {}

resource "terraform_data" "gone" {}

resource "terraform_data" "tainted" {}

resource "terraform_data" "replaced" {}
