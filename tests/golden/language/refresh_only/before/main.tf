variable "text" {
  default = "as it was"
}

resource "local_file" "f" {
  filename = "written.txt"
  content  = var.text
}

resource "local_file" "copy" {
  filename   = "written.txt"
  content    = "as it became"
  depends_on = [local_file.f]
}
