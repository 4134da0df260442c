variable "n" {
  default = 3
}

resource "terraform_data" "a" {
  count = var.n
  input = { n = count.index, same = "same" }
}

resource "terraform_data" "r" {
  input            = "old"
  triggers_replace = "old"
}

resource "terraform_data" "gone" {
  input = "gone"
}

resource "terraform_data" "before" {
  input = "moved"
}

resource "terraform_data" "same" {
  input = ["same", 1, true]
}

module "inner" {
  source = "./inner"
  given  = "old"
}
