terraform {
  required_version = ">= 1.0, != 1.3.0"

  backend "local" {
    path = "elsewhere.tfstate"
  }
}

resource "terraform_data" "a" {
  input = "in a state that lies elsewhere"
}
