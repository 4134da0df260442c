variable "name" {
  default    = ""
  deprecated = "Use title."
}

output "id" {
  value      = var.name
  deprecated = "Use name."
}
