provider "fake" {
  socket = "SOCKET"
}

resource "fake_values" "v" {
  object  = { a = "x", b = 2 }
  objects = [{ a = "z", b = 2 }]

  entry "kept" {
    value = "changed"
  }

  entry "new" {
    value = "c"
  }
}

data "archive_file" "blocks" {
  type        = "zip"
  output_path = "blocks.zip"

  source {
    filename = "b"
    content  = "2"
  }

  source {
    filename = "a"
    content  = "1"
  }
}

output "blocks" {
  value = [for source in data.archive_file.blocks.source : source.filename]
}
