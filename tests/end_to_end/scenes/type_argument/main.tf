resource "time_sleep" "nap" {
  create_duration = ["1s"]
}

resource "random_string" "name" {
  length = "long"
}
