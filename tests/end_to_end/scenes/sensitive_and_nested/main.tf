variable "password" {
  default   = "hush"
  sensitive = true
}

resource "terraform_data" "web" {
  input = {
    login = { user = "me", password = var.password }
    ports = toset([80, 443])
    names = tolist(["a", "b", "c"])
  }
}
