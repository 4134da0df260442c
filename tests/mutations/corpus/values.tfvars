# Values of all sorts.
text   = "x ${"y"} $${z}"
number = -1.5e3
list   = ["a", null, true, { b = [1, 2] }]
map = {
  "k e y" = <<-EOT
    several
      lines
  EOT
  (1)     : 2
}
