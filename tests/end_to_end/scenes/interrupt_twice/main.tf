resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "echo waiting; while [ ! -e go ]; do sleep 0.05; done"
  }
}

resource "terraform_data" "after" {
  input = terraform_data.slow.id
}
