# A bare server with a running Docker Engine: cloud-init installs it at the first boot, and whoever asks
# for it waits until that has ended. If cloud-init fails, the end of its log is shown and the apply fails;
# the server stays, and the next apply waits again.

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

variable "ssh" {
  description = "How to log in to the new server, if not as root with the agent at its own address"
  type = object({
    host        = optional(string)
    port        = optional(number)
    private_key = optional(string) # the path of a file
  })
  default = {}
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
      # The last command says how all of them ended: the engine answers.
      - docker version
  EOT
  # Another cloud-init is for the next server; this one goes on with its disk.
  on_user_data_change = "ignore"

  # Logs in, pins the host key, and waits until cloud-init has ended.
  dynamic "cloud_init" {
    for_each = var.wait ? [var.ssh] : []
    content {
      host        = cloud_init.value.host
      port        = cloud_init.value.port
      private_key = cloud_init.value.private_key == null ? null : file(cloud_init.value.private_key)
      timeout     = "15m"
    }
  }
}

resource "hcloud_server_network" "this" {
  server_id = hcloud_server.this.id
  subnet_id = var.subnet_id
  ip        = var.ip
}

output "id" {
  value = hcloud_server.this.id
}

output "ipv4_address" {
  value = hcloud_server.this.ipv4_address
}

output "host_key" {
  description = "What `host_key` of a `connection` block takes, so that no other machine is believed"
  value       = hcloud_server.this.host_key
}
