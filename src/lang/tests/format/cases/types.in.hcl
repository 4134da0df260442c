variable "x" {
  type = "list"
}
variable "y" {
 type = list
}
variable z {
 type = /* a */ "map" # c
}
variable q {
 type = "number"
}
variable q {
 type = "${list}"
}
variable q { type = set }
variable q { type = "string" }
variable q { type = "bool" }
variable q { type = "any" }
variable q { type = map }
variable q { type = (map) }
foo { 
variable { 
type = list 
} 
}
