resource "terraform_data" "base" {
  input            = 1
  triggers_replace = 1
}

resource "terraform_data" "first" {
  input            = terraform_data.base.id
  triggers_replace = 1

  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "kept" {
  input = { a = 1, b = 1 }
}

resource "terraform_data" "all_kept" {
  input = 1
}

resource "terraform_data" "triggered" {}
