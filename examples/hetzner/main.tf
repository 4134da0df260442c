# Two web servers behind a load balancer, with a private network, a firewall, a disk and names.
#
#   infra providers simulate hetzner      tells what to export; nothing is bought
#   infra apply                           in another terminal, with these variables

terraform {
  required_providers {
    hcloud = { source = "hetznercloud/hcloud" }
  }
}

variable "public_key" {
  description = "The line of your ~/.ssh/id_ed25519.pub"
  type        = string
}

variable "domain" {
  type    = string
  default = "estate.example"
}

variable "wait" {
  description = "Log in to each new server and wait until cloud-init has ended"
  type        = bool
  default     = true
}

variable "ssh" {
  description = "How to log in to new servers, if not as root with the agent at their own addresses"
  type = object({
    host        = optional(string)
    port        = optional(number)
    private_key = optional(string) # the path of a file
  })
  default = {}
}

resource "hcloud_ssh_key" "admin" {
  name       = "admin"
  public_key = var.public_key
}

resource "hcloud_network" "lan" {
  name     = "lan"
  ip_range = "10.0.0.0/16"
}

resource "hcloud_network_subnet" "web" {
  network_id   = hcloud_network.lan.id
  type         = "cloud"
  network_zone = "eu-central"
  ip_range     = "10.0.1.0/24"
}

resource "hcloud_firewall" "web" {
  name = "web"
  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "22"
    source_ips = ["0.0.0.0/0", "::/0"]
  }
}

resource "hcloud_placement_group" "web" {
  name = "web"
  type = "spread"
}

module "web" {
  source   = "./docker-host"
  for_each = { web-1 = 11, web-2 = 12 }

  name               = each.key
  ip                 = cidrhost(hcloud_network_subnet.web.ip_range, each.value)
  subnet_id          = hcloud_network_subnet.web.id
  ssh_keys           = [hcloud_ssh_key.admin.id]
  firewall_ids       = [hcloud_firewall.web.id]
  placement_group_id = hcloud_placement_group.web.id
  wait               = var.wait
  ssh                = var.ssh
}

resource "hcloud_volume" "data" {
  name              = "data"
  size              = 20
  location          = "fsn1"
  format            = "ext4"
  delete_protection = true
}

resource "hcloud_volume_attachment" "data" {
  volume_id = hcloud_volume.data.id
  server_id = module.web["web-1"].id
}

resource "hcloud_load_balancer" "web" {
  name               = "web"
  load_balancer_type = "lb11"
  location           = "fsn1"
}

resource "hcloud_load_balancer_network" "web" {
  load_balancer_id = hcloud_load_balancer.web.id
  subnet_id        = hcloud_network_subnet.web.id
}

resource "hcloud_load_balancer_target" "web" {
  for_each         = module.web
  type             = "server"
  load_balancer_id = hcloud_load_balancer.web.id
  server_id        = each.value.id
  use_private_ip   = true
  depends_on       = [hcloud_load_balancer_network.web]
}

resource "hcloud_load_balancer_service" "http" {
  load_balancer_id = hcloud_load_balancer.web.id
  protocol         = "http"
  listen_port      = 80
  destination_port = 8080
}

resource "hcloud_zone" "estate" {
  name = var.domain
  mode = "primary"
}

resource "hcloud_zone_rrset" "www" {
  zone    = hcloud_zone.estate.name
  name    = "www"
  type    = "A"
  records = [{ value = hcloud_load_balancer.web.ipv4 }]
}

output "servers" {
  value = { for name, server in module.web : name => server.ipv4_address }
}

output "address" {
  value = hcloud_load_balancer.web.ipv4
}
