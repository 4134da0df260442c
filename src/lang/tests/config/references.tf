variable "size" {}
locals {
  sizes = 1
  a     = var.sise         # error: Reference to undeclared input variable
  b     = local.szies      # error: Reference to undeclared local value
  c     = module.m         # error: Reference to undeclared module
  d     = terraform_dat.x  # error: Reference to undeclared resource
  e     = data.test_source # error: Invalid reference
  f     = foo              # error: Invalid reference
  g     = each.key         # error: Reference to "each" in context without for_each
  h     = count.index      # error: Reference to "count" in non-counted context
  i     = self.id          # error: Invalid "self" reference
  j     = path.modul       # error: Invalid "path" attribute
  k     = terraform.x      # error: Invalid "terraform" attribute
  l     = terraform_data.x.nope      # error: Unsupported attribute
  m     = terraform_data.x[0].id     # error: Unexpected resource instance key
  n     = terraform_data.n.id        # error: Missing resource instance key
  o     = terraform_data.n[0].nope   # error: Unsupported attribute
  p     = [for x in [1] : x.y.z]
  q     = var # error: Reference to undeclared input variable
}
resource "terraform_data" "x" {}
resource "terraform_data" "n" {
  count = 1
  input = each.key # error: Reference to "each" in context without for_each
}
resource "terraform_data" "itself" { # error: Self-referential block
  input = terraform_data.itself.id
}
