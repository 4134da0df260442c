output "sum" {
  value = 1 + "x"
}
