resource "terraform_data" "web" {
  input = "one"

  lifecycle {
    postcondition {
      condition     = self.output != "one"
      error_message = "The output must not be one."
    }
  }
}

check "health" {
  assert {
    condition     = terraform_data.web.input == "two"
    error_message = "The web is not two."
  }
}

check "other" {
  assert {
    condition     = length(terraform_data.web.input) > 5
    error_message = "The name is too short."
  }
}
