output "name" {
  value = "the name is ${uper("x")}, and this line is longer than most terminals that anybody uses today"
}
