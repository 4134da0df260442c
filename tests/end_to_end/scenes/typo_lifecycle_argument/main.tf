resource "terraform_data" "web" {
  lifecycle {
    prevent_destory = true
  }
}
