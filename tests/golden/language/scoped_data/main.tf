check "read" {
  data "null_data_source" "scoped" {
    inputs = { a = "x" }
  }

  assert {
    condition     = data.null_data_source.scoped.outputs["a"] == "y"
    error_message = "It is ${data.null_data_source.scoped.outputs["a"]}."
  }
}
