resource "local_file" "note" {
  filename = "note.txt"
  content  = "hello"
}
