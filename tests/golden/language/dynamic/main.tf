variable "parts" {
  default = {
    one = ["text/plain", "first"]
    two = ["text/x-shellscript", "second"]
  }
}

data "cloudinit_config" "c" {
  gzip          = false
  base64_encode = false

  part {
    filename = "zero"
    content  = "zeroth"
  }

  dynamic "part" {
    for_each = var.parts
    iterator = it
    content {
      filename     = it.key
      content_type = it.value[0]
      content      = it.value[1]
    }
  }
}

resource "tls_private_key" "k" {
  algorithm = "ED25519"
}

resource "tls_self_signed_cert" "unknown" {
  private_key_pem       = tls_private_key.k.private_key_pem
  validity_period_hours = 1
  allowed_uses          = []

  dynamic "subject" {
    for_each = tls_private_key.k.id == "" ? [] : [1]
    content {
      common_name = "example.com"
    }
  }
}

output "rendered" {
  value = data.cloudinit_config.c.rendered
}
