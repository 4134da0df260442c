resource "terraform_data" "c" {
  input = 1
}

moved {
  from = terraform_data.a
  to   = terraform_data.b
}

moved {
  from = terraform_data.b
  to   = terraform_data.c
}

resource "terraform_data" "counted" {
  for_each = toset(["x", "y"])
}

moved {
  from = terraform_data.counted[0]
  to   = terraform_data.counted["x"]
}

moved {
  from = terraform_data.counted[1]
  to   = terraform_data.counted["y"]
}

removed {
  from = terraform_data.let_go

  lifecycle {
    destroy = false
  }
}

removed {
  from = terraform_data.ended

  lifecycle {
    destroy = true
  }

  provisioner "local-exec" {
    when    = destroy
    command = "true"
  }
}

module "new" {
  source = "./inner"
}

moved {
  from = module.old
  to   = module.new
}

import {
  for_each = { x = "1", y = "2" }
  to       = terraform_data.taken[each.key]
  id       = each.value
}

resource "terraform_data" "taken" {
  for_each = toset(["x", "y"])
}
