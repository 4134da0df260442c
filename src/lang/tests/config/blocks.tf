terraform {
  required_version = "< 1.0" # error: Unsupported Terraform Core version
  experiments      = [x]     # error: Unknown experiment keyword
  required_providers {
    test = { source = "example/test", vesrion = "1" } # error: Invalid required_providers object
  }
  backend "local" { path = "x" }
  cloud {} # error: The `cloud` block is not supported
}

resouce "a" "b" {} # error: Unsupported block type
stray = 1          # error: Unsupported argument

resource "terraform_data" {}             # error: Missing name for resource
resource "terraform_data" "a" "b" {}     # error: Extraneous label for resource
resource "terraform_data" "1x" {}        # error: Invalid resource name
resource "terraform_data" "twice" {}
resource "terraform_data" "twice" {}     # error: Duplicate terraform_data resource

resource "terraform_data" "both" {
  count    = 1
  for_each = {} # error: Invalid combination of "count" and "for_each"
  lifecycle {
    prevent_destory = true # error: Unsupported argument
  }
  provisioner "local-exce" {} # error: Unsupported provisioner type
  provisioner "local-exec" { # error: Missing required argument
    when = never # error: Invalid "when" keyword
  }
}

data "test_source" "d" {
  name = "x"
  lifecycle {
    prevent_destroy = true # error: Invalid data resource lifecycle argument
  }
}

check "empty" {} # error: Zero assert blocks

moved { # error: Missing required argument
  from = terraform_data.x
}
removed {
  from = terraform_data.twice[0] # error: Resource instance keys not allowed
}
removed {
  from = terraform_data.both # error: Removed resource still exists
}
resource "terraform_data" "after" {
  depends_on = ["${terraform_data.both}", terraform_data.both] # error: Invalid expression
}
import {
  to = terraform_data.twice
  lifecycle {} # error: Unsupported block type
  id = "x"
}
