provider "fake" {
  socket = "SOCKET"
}

variable "token" {
  default   = "hunter2"
  ephemeral = true
}

resource "fake_values" "changes" {
  string       = "visible"
  once         = var.token
  once_version = 2
}

# What is write-only is compared with nothing: without its version it is not given again.
resource "fake_values" "stays" {
  once         = var.token
  once_version = 1
}
