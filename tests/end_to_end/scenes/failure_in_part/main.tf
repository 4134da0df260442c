resource "terraform_data" "bad" {
  provisioner "local-exec" {
    command = "echo no such luck >&2; exit 3"
  }
}

resource "terraform_data" "good" {
}

resource "terraform_data" "needs_bad" {
  input = terraform_data.bad.id
}
