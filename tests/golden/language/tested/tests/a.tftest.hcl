variables {
  size = 2
}

mock_provider "terraform" {
  alias  = "fake"
  source = "./fakes"
  mock_resource "terraform_data" {
    defaults = { id = "fake" }
  }
}

run "applied" {
  assert {
    condition     = output.child == var.size
    error_message = "It is ${output.child}."
  }
}

run "planned" {
  command = plan
  plan_options {
    mode    = normal
    refresh = false
    target  = [terraform_data.a]
    replace = [terraform_data.a]
  }
  variables {
    size = run.applied.child + 1
  }
  override_resource {
    target          = terraform_data.a
    values          = { id = "one", output = 7 }
    override_during = plan
  }
  assert {
    condition     = terraform_data.a.input == 4
    error_message = "It is ${terraform_data.a.input}."
  }
}

run "expected" {
  command = plan
  variables {
    size = 10
  }
  expect_failures = [var.size]
}

run "mocked" {
  state_key = "mocked"
  providers = { terraform = terraform.fake }
  override_module {
    target  = module.child
    outputs = { o = "given" }
  }
  assert {
    condition     = terraform_data.a.id == "fake" && output.child == "given"
    error_message = "m"
  }
}

run "inner" {
  module {
    source = "./child"
  }
  variables {
    x = "alone"
  }
  expect_failures = [terraform_data.inner]
}

run "left_out" {}
