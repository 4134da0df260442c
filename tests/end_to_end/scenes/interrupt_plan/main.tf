data "external" "slow" {
  program = ["sh", "-c", "while [ ! -e go ]; do sleep 0.05; done; echo {}"]
}
