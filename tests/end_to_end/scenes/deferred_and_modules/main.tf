resource "terraform_data" "first" {
  input = "a"
}

module "inner" {
  source   = "./inner"
  for_each = toset(["x"])
}

resource "terraform_data" "after" {
  for_each = toset([terraform_data.first.id])
}
