resource "terraform_data" "becomes_many" {
  input = "x"
}
