resource "foo" "a\"bA" {}
foo /* x */ {
}
foo "a" /*z*/ {
}
q "" "\n\t\\" "\u200b" {}
