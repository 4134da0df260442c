resource "terraform_data" "a" {}

locals {
  unknown = terraform_data.a.id
}

resource "terraform_data" "b" {
  input = {
    whole  = local.unknown
    prefix = "known-${local.unknown}"
    list   = [local.unknown, 1]
    object = { x = local.unknown, y = "known" }
  }
}

output "refined" {
  value = [
    local.unknown == null,
    startswith("known-${local.unknown}", "known"),
    startswith("known-${local.unknown}", "other"),
    length([local.unknown, 1]),
    keys({ x = local.unknown }),
    try(local.unknown, "x"),
  ]
}
