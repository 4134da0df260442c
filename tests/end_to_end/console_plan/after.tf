variable "n" {
  default = 2
}

variable "unset" {
  type = string
}

variable "secret" {
  default   = "hush"
  sensitive = true
}

resource "terraform_data" "a" {
  count = var.n
  input = { n = count.index, same = "same", new = [1] }
}

resource "terraform_data" "r" {
  input            = "new"
  triggers_replace = "new"
}

resource "terraform_data" "moved" {
  input = "moved"
}

moved {
  from = terraform_data.before
  to   = terraform_data.moved
}

resource "terraform_data" "same" {
  input = ["same", 1, true]
}

resource "terraform_data" "fresh" {
  for_each = toset(["x", "y"])
  input    = { key = each.key, id = terraform_data.r.id, out = terraform_data.same.output }
}

resource "terraform_data" "secret" {
  input = { secret = var.secret, open = var.unset }
}

module "inner" {
  source = "./inner"
  given  = terraform_data.r.output
}

locals {
  all   = [terraform_data.a[*].input, terraform_data.r.id, terraform_data.moved]
  text  = "id: ${terraform_data.fresh["x"].input.id}"
}
