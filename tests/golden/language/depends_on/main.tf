resource "terraform_data" "first" {
  input = "made first"
}

resource "terraform_data" "second" {
  depends_on = [terraform_data.first]
}

data "null_data_source" "late" {
  inputs     = { a = "read after the first" }
  depends_on = [terraform_data.first]
}

module "after" {
  source     = "./inner"
  depends_on = [terraform_data.first]
}

output "late" {
  value      = data.null_data_source.late.outputs["a"]
  depends_on = [terraform_data.second]
}

output "known" {
  value = module.after.known
}
