resource "terraform_data" "web" {
  lifecycle {
    prevent_destroy = true
  }
}
