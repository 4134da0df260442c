variable "network" {}

resource "fake_server" "web" {
  name       = "web"
  image      = "debian-12"
  network_id = var.network
}
