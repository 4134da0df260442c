variable "not_null" {
  default  = "the default"
  nullable = false
}

variable "optional" {
  type = object({ a = string, b = optional(number, 7), c = optional(list(string)) })
}

output "got" {
  value = [var.not_null, var.optional]
}
