resource "terraform_data" "web" {
  for_each = toset(["a", "b"])
  input    = each.key
}

module "inner" {
  source = "./inner"
}
