provider "fake" {
  socket = "SOCKET"
}

resource "fake_values" "v" {
  object  = { a = "x", b = 1 }
  objects = [{ a = "y", b = 1 }, { a = "z", b = 2 }]

  entry "kept" {
    value = "a"
  }

  entry "gone" {
    value = "b"
  }

  group {
    text = "one"
  }
}
