provider "fake" {
  socket = "SOCKET"
}

variable "token" {
  default   = "hunter2"
  ephemeral = true
}

ephemeral "random_password" "p" {
  length = 12
}

resource "fake_values" "v" {
  string       = "visible"
  once         = "${var.token}${ephemeral.random_password.p.result}"
  once_version = 1
}

output "not_ephemeral" {
  value = ephemeralasnull(var.token)
}
