variable "all" {
  type = object({
    text   = string
    number = number
    bool   = bool
    list   = list(string)
    set    = set(number)
    map    = map(bool)
    tuple  = tuple([string, number])
    any    = any
    nested = optional(object({ x = optional(string, "x"), y = optional(number) }), {})
  })
  default = {
    text   = 1
    number = "2"
    bool   = "true"
    list   = [1, true]
    set    = [3, "3", 4]
    map    = { a = "false" }
    tuple  = [5, "6"]
    any    = [1, "two"]
  }
}

variable "unified" {
  type    = list(any)
  default = [1, "a", true]
}

resource "terraform_data" "all" {
  input = var.all
}

output "unified" {
  value = var.unified
}
