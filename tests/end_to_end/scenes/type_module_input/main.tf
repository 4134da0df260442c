module "inner" {
  source = "./inner"
  size   = "large"
}
