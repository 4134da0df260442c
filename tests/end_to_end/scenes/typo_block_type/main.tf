resorce "terraform_data" "web" {
}
