variable "from_environment" {
  type = string
}

variable "described" {
  description = "A number."
  type        = number
  default     = "5"
}

variable "not_null" {
  type     = string
  default  = "instead of null"
  nullable = false
}

variable "secret" {
  default   = "hunter2"
  sensitive = true
}

variable "once" {
  default   = "for this run"
  ephemeral = true
}

variable "checked" {
  default = 3

  validation {
    condition     = var.checked < var.described
    error_message = "At most ${var.described}."
  }
}

module "null" {
  source   = "./inner"
  not_null = null
  optional = { a = "x" }
}

resource "terraform_data" "all" {
  input = [var.from_environment, var.described, var.not_null, var.checked]
}

output "secret" {
  value     = var.secret
  sensitive = true
}

output "inner" {
  value = module.null.got
}
