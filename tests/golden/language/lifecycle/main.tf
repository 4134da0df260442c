resource "terraform_data" "base" {
  input            = 2
  triggers_replace = 2
}

resource "terraform_data" "first" {
  input            = terraform_data.base.id
  triggers_replace = 2

  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "kept" {
  input = { a = 2, b = 1 }

  lifecycle {
    ignore_changes  = [input]
    prevent_destroy = true
  }
}

resource "terraform_data" "all_kept" {
  input = 2

  lifecycle {
    ignore_changes = all
  }
}

resource "terraform_data" "triggered" {
  lifecycle {
    replace_triggered_by = [terraform_data.base.input]

    precondition {
      condition     = terraform_data.base.input == 2
      error_message = "The base is wrong."
    }
  }
}
