variable "password" {
  default   = "hunter2"
  sensitive = true
}

resource "terraform_data" "host" {
  input = "192.0.2.1"

  connection {
    type         = "ssh"
    host         = self.input
    user         = "deploy"
    password     = var.password
    timeout      = "30s"
    host_key     = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    bastion_host = "192.0.2.2"
    bastion_port = 2222
  }

  provisioner "file" {
    content     = "hello ${self.id}"
    destination = "/srv/hello"
  }

  provisioner "file" {
    source      = "main.tf"
    destination = "/srv/main.tf"
    on_failure  = continue
  }

  provisioner "remote-exec" {
    inline = ["cat /srv/hello", "echo ${self.output}"]
  }
}

resource "terraform_data" "stopped" {
  input = "192.0.2.1"

  provisioner "remote-exec" {
    when    = destroy
    scripts = ["stop.sh"]

    connection {
      type        = "ssh"
      host        = self.input
      private_key = file("key")
      agent       = false
    }
  }
}
