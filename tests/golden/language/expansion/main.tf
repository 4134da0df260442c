resource "terraform_data" "becomes_many" {
  count = 2
  input = "x"
}

resource "terraform_data" "each" {
  for_each = { a = 1, b = 2 }
  input    = "${each.key}=${each.value}"
}

resource "terraform_data" "set" {
  for_each = toset(["p", "q"])
  input    = each.value

  provisioner "local-exec" {
    command = "echo ${self.id}"
  }

  lifecycle {
    postcondition {
      condition     = self.input != ""
      error_message = "It is empty."
    }
  }
}

module "several" {
  source = "./inner"
  count  = 2
  index  = count.index
}

output "all" {
  value = { each = keys(terraform_data.each), several = module.several[*].index }
}
