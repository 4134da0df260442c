resource "terraform_data" "first" {
  triggers_replace = { a = 1, b = 2 }
}

resource "terraform_data" "second" {
  input = 1
}

resource "terraform_data" "third" {
  lifecycle {
    replace_triggered_by = [terraform_data.second]
  }
}
