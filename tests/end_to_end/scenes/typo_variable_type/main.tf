variable "size" {
  type = strin
}
