resource "terraform_data" "web" {
  lifecycl {
  }
}
