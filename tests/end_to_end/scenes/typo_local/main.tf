locals {
  name = 1
}

output "name" {
  value = local.nmae
}
