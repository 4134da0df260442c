resource "terraform_data" "goes" {
  provisioner "local-exec" {
    when    = destroy
    command = "echo ${self.id}"
  }
}
