variable "secret" {
  default   = "hunter3"
  sensitive = true
}

resource "terraform_data" "a" {
  input = { open = "y", closed = var.secret }
}

resource "terraform_data" "was_open" {
  input = sensitive("hunter2")
}

resource "terraform_data" "several" {
  input = { set = toset([var.secret, "x"]), tuple = [var.secret, "y"], map = { k = "${var.secret}!" } }
}

resource "random_password" "p" {
  length = 8
}

output "open" {
  value = [issensitive(var.secret), nonsensitive(length(var.secret))]
}

output "closed" {
  value     = var.secret
  sensitive = true
}
