output "name" {
  value = upper(["a"])
}
