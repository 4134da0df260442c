variable "secret" {
  default   = "hunter2"
  sensitive = true
}

resource "terraform_data" "a" {
  input = { open = "x", closed = var.secret }
}

resource "terraform_data" "was_open" {
  input = "hunter2"
}
