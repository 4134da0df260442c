output "name" {
  value = uper("x")
}
