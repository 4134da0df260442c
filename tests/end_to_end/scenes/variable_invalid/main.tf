variable "size" {
  type = number

  validation {
    condition     = var.size < 5
    error_message = "The size must be less than 5."
  }
}
