terraform {
  backend "locl" {
  }
}
