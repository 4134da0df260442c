resource "terraform_data" "web" {
  input = "one"
}

resource "terraform_data" "kept" {
}

resource "terraform_data" "renamed" {
  input = 1
}
