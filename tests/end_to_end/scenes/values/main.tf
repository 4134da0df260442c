resource "terraform_data" "all" {
  input = {
    json       = jsonencode({ list = [1, 2, 3], deep = { a = "b" } })
    yaml       = yamlencode({ list = [1, 2], name = "x" })
    text       = <<-EOT
      first line
      second line
    EOT
    secret     = sensitive("hush")
    "odd key"  = 1
    "dot.ted"  = true
    big        = 123456789012345678901234567890
    long       = "a value that is much longer than what fits on one line of any terminal that is in use anywhere today, and then some"
    nothing    = null
    empty_list = []
    empty_map  = {}
  }
}
