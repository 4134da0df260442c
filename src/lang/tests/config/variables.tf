variable "a" {
  type    = strng # error: Invalid type specification
  default = local.x # error: Variables not allowed
}
variable "b" {
  type    = list(string)
  default = {} # error: Invalid default value for variable
}
variable "c" {
  type = object({
    x = optional(number, "x") # error: Invalid default value for optional attribute
    y = map(string, string)   # error: Invalid type specification
  })
  nullable = maybe # error: Invalid value for nullable
}
variable "count" {} # error: Invalid variable name
variable "d" {
  default  = null # error: Invalid default value for variable
  nullable = false
  validation { # error: Missing required argument
    condition = true
  }
  validation {
    condition     = 1 > 0 # error: Invalid variable validation condition
    error_message = "x"
  }
}
variable "e" {
  default = upper("x") # error: Function calls not allowed
  defualt = 1          # error: Unsupported argument
}
locals {
  v = 1
}
locals {
  v = 2 # error: Duplicate local value
}
output "o" {} # error: Missing required argument
