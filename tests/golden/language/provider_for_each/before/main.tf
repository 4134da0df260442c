locals {
  clouds = toset(["a", "b"])
}

provider "fake" {
  alias    = "by"
  for_each = local.clouds
  socket   = "SOCKET"
  endpoint = each.key
}

resource "fake_network" "net" {
  for_each = toset(["a", "b"])
  provider = fake.by[each.key]
  name     = "net-${each.key}"
}

module "site" {
  source    = "./site"
  for_each  = toset(["a", "b"])
  providers = { fake = fake.by[each.key] }
  network   = fake_network.net[each.key].id
}

resource "fake_network" "chosen" {
  provider = fake.by["a"]
  name     = "chosen"
}
