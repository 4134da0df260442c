module "deep" {
  source = "./two"
}

output "path" {
  value = path.module
}

output "deep" {
  value = module.deep.path
}
