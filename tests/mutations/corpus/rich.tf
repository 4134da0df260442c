variable "v" {
  type = object({ a = optional(list(string), ["x"]), n = number })
  default = { n = 2 }
  validation {
    condition     = var.v.n > 1
    error_message = "small ${var.v.n}"
  }
}
locals {
  m = { for k, x in var.v.a : x => k... if length(x) > 0 }
  t = "%{ for x in var.v.a ~} ${x} %{ endfor }"
  s = test_thing.a[*].name
}
resource "test_thing" "a" {
  count = var.v.n
  name  = "n-${count.index}"
  tags  = { (local.t) = try(local.m.x[0], "none") }
  dynamic "rule" {
    for_each = [for i in range(2) : i]
    content {
      port = rule.value
      note = rule.key == 0 ? null : "x"
    }
  }
  lifecycle {
    ignore_changes       = [tags["k"]]
    replace_triggered_by = [terraform_data.b]
    precondition {
      condition     = can(each.key) || true
      error_message = "no"
    }
  }
}
resource "terraform_data" "b" {
  for_each = toset(["x", "y"])
  input    = { k = each.key, all = test_thing.c.rule.*.port }
  provisioner "local-exec" { command = "echo ${self.id}" }
}
resource "test_thing" "c" {
  name = join(",", var.v.a...)
  one { deep { text = path.module } }
}
output "o" { value = [local.s, local.m, values(terraform_data.b)[*].id] }
check "c" {
  assert {
    condition     = length(local.s) == 2
    error_message = "s"
  }
}
moved {
  from = test_thing.old
  to   = test_thing.c
}
import {
  to = test_thing.c
  id = "i"
}
