resource "terraform_dat" "web" {
}
