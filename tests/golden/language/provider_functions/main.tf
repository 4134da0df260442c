terraform {
  required_providers {
    terraform = {
      source = "terraform.io/builtin/terraform"
    }
  }
}

import {
  for_each = toset(["x"])
  to       = terraform_data.a[each.key]
  id       = each.value
}

resource "terraform_data" "a" {
  for_each = toset(["x"])
}

output "encoded" {
  value = provider::terraform::encode_expr({ a = [1, null] })
}
