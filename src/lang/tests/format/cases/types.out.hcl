variable "x" {
  type = list(string)
}
variable "y" {
  type = list(any)
}
variable "z" {
  type = /* a */ map(string) # c
}
variable "q" {
  type = "number"
}
variable "q" {
  type = "${list}"
}
variable "q" { type = set(any) }
variable "q" { type = string }
variable "q" { type = "bool" }
variable "q" { type = "any" }
variable "q" { type = map(any) }
variable "q" { type = (map) }
foo {
  variable {
    type = list
  }
}
