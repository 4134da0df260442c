resource "terraform_data" "web" {
  input = "one"
}

resource "terraform_data" "old" {
  triggers_replace = 1
}

resource "terraform_data" "gone" {
}
