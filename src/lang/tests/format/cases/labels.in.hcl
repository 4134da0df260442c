resource foo /* c */ "a\"b\u0041" {}
foo /* x */ {
}
foo a /*z*/ {
}
q "" "\n\t\\" "\u200b" {}
