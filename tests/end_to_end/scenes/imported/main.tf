import {
  to = terraform_data.web
  id = "web-1"
}

resource "terraform_data" "web" {
  input = "one"
}
