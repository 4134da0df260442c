# A bare server with a running Docker Engine: cloud-init installs it at the first boot, and whoever asks
# for it waits until that has ended. If cloud-init fails, its last lines are shown and the apply fails.

terraform {
  required_providers {
    hcloud = { source = "hetznercloud/hcloud" }
  }
}

variable "name" {
  type = string
}

variable "ip" {
  description = "The address in the subnet"
  type        = string
}

variable "subnet_id" {
  type = string
}

variable "ssh_keys" {
  type = list(string)
}

variable "firewall_ids" {
  type    = list(number)
  default = []
}

variable "placement_group_id" {
  type    = number
  default = null
}

variable "wait" {
  type    = bool
  default = true
}

resource "hcloud_server" "this" {
  name        = var.name
  server_type = "cx23"
  # Taken in this order if the first is sold out.
  server_type_fallbacks = ["cpx22"]
  image                 = "debian-12"
  location              = "fsn1"
  ssh_keys              = var.ssh_keys
  firewall_ids          = var.firewall_ids
  placement_group_id    = var.placement_group_id

  user_data = <<-EOT
    #cloud-config
    package_update: true
    packages:
      - docker.io
    runcmd:
      - systemctl enable --now docker
  EOT
  # Another cloud-init is for the next server; this one goes on with its disk.
  on_user_data_change = "ignore"
}

resource "hcloud_server_network" "this" {
  server_id = hcloud_server.this.id
  subnet_id = var.subnet_id
  ip        = var.ip
}

resource "terraform_data" "ready" {
  count            = var.wait ? 1 : 0
  triggers_replace = [hcloud_server.this.id]

  connection {
    type  = "ssh"
    host  = hcloud_server.this.ipv4_address
    user  = "root"
    agent = true
  }

  provisioner "remote-exec" {
    inline = [
      "cloud-init status --wait || { tail -n 30 /var/log/cloud-init-output.log; exit 1; }",
      "docker version",
    ]
  }
}

output "id" {
  value = hcloud_server.this.id
}

output "ipv4_address" {
  value = hcloud_server.this.ipv4_address
}
