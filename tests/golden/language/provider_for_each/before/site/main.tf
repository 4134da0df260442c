terraform {
  required_providers {
    fake = {
      source = "hashicorp/fake"
    }
  }
}

variable "network" {}

resource "fake_server" "web" {
  name       = "web"
  image      = "debian-12"
  network_id = var.network
}
