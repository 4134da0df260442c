variable "v" {
  type    = string
  default = "base"
}

resource "terraform_data" "a" {
  input            = "base"
  triggers_replace = var.v
}
