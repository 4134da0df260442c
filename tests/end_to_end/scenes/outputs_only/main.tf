output "name" {
  value = "one"
}
