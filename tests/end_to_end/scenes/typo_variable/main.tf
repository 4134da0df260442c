variable "region" {
  default = "north"
}

output "name" {
  value = var.regoin
}
