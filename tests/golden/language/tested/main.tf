variable "size" {
  type    = number
  default = 1
  validation {
    condition     = var.size < 10
    error_message = "Too large."
  }
}

resource "terraform_data" "a" {
  input = var.size
}

module "child" {
  source = "./child"
  x      = terraform_data.a.output
}

output "child" {
  value = module.child.o
}
