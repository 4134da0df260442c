module "old" {
  source = "./inner"
  name   = "x"
}

output "o" {
  value = module.old.id
}
