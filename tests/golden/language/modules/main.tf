module "plain" {
  source = "./modules/one"
}

module "each" {
  source   = "./modules//one/two/.."
  for_each = toset(["a", "b"])
}

output "paths" {
  value = [module.plain.path, module.each["a"].path, module.plain.deep]
}
