variable "region" {
  type        = string
  description = "Where it runs"
}

output "where" {
  value = var.region
}
