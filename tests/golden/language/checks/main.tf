resource "terraform_data" "a" {
  input = 3
}

check "fails" {
  assert {
    condition     = terraform_data.a.input == 4
    error_message = "It is ${terraform_data.a.input}."
  }
}

check "later" {
  assert {
    condition     = terraform_data.a.output == 4
    error_message = "Not known before."
  }
}

output "o" {
  value = 1

  precondition {
    condition     = terraform_data.a.input > 1
    error_message = "Too few."
  }
}
