variable "name" {}

output "name" {
  value = upper(var.name)
}
