# Several mistakes, each reported, in one run.
locals {
  a = [1 2]                                      # error: Missing item separator
  b = { x = 1 y = 2 }                            # error: Missing attribute separator
  c = foo(1 2)                                   # error: Missing argument separator
  d =                                            # error: Invalid expression
  e = "x ${foo bar} y ${} z"                     # error: Extra characters after interpolation expression
# error: Invalid expression
  f = x.                                         # error: Invalid attribute name
  g = (1 2) + (3 4)                              # error: Unbalanced parentheses
# error: Unbalanced parentheses
  h = [for x y : z]                              # error: Invalid 'for' expression
  "i" = 1                                        # error: Invalid argument name
  j.k = 1                                        # error: Argument or block definition required
  l = a == == b                                  # error: Invalid expression
  m = 1 m2 = 2                                   # error: Missing newline after argument
  n = ok
  n = again                                      # error: Attribute redefined
  o = x[1 2].y[]                                 # error: Missing close bracket on index
# error: Invalid expression
}
foo bar baz                                      # error: Invalid block definition
locals { a = 1, b = 2 }                          # error: Invalid single-argument block definition
resource "a" "b" {
  c = "\q\u12"                                   # error: Invalid escape sequence
# error: Invalid escape sequence
}
# ----
# Inside of one value, each item is looked at.
locals {
  a = {
    b = [1, 2 3, 4 5]                            # error: Missing item separator
# error: Missing item separator
    c d                                          # error: Missing key/value separator
    e = f(1, , 2)                                # error: Invalid expression
    g                                            # error: Missing attribute value
    h = "%{ if }%{ endif }${ 1 2 }"              # error: Invalid expression
# error: Extra characters after interpolation expression
    , i = 1                                      # error: Invalid expression
    j = [
      1
      2                                          # error: Missing item separator
      3,
      4 5                                        # error: Missing item separator
    ]
  }
  z = = 1                                        # error: Invalid expression
}
# ----
# A bracket that is not closed costs no more than its own argument.
locals {
  a = [1, 2
  b = 2                                          # error: Missing item separator
  c = foo(x
  d = 2                                          # error: Missing argument separator
  e = (1
  f = 2                                          # error: Unbalanced parentheses
  g = x["a"
  h = 2                                          # error: Missing close bracket on index
  i = {
    j = [1,
    k = 2                                        # error: Missing item separator
  }
  l = = 2                                        # error: Invalid expression
}
# ----
# A quote that is not closed costs no more than its line.
locals {
  a = "foo
# error: Invalid multi-line string
  b = "bar"
  c = = 1                                        # error: Invalid expression
  d = "x ${foo y"
# error: Extra characters after interpolation expression
  e = "x ${foo
  f = = 1
# error: Extra characters after interpolation expression
# error: Invalid expression
  g = ["x ${foo(1, 2}", 3]                       # error: Missing argument separator
  h = 1
}
# ----
# A mistake in a heredoc costs no more than its line.
locals {
  a = <<-EOT
    ${1 2} # error: Extra characters after interpolation expression
    %{ if a b } %{ endif } # error: Extra characters in if marker
    %{ foo } # error: Invalid template control keyword
    %{ if a } ${(1} # error: Unbalanced parentheses
    %{ endif x } # error: Extra characters in endif marker
    ${[1, 2 } # error: Missing item separator
    ${c}
  EOT
  b = = 1                                        # error: Invalid expression
}
# ----
# Directives out of balance: once in a template.
locals {
  a = "%{ if true }x"                            # error: Unexpected end of template
  b = "%{ for x in y }%{ if x }x"                # error: Unexpected end of template
  c = "%{ endif }"                               # error: Unexpected endif directive
  d = "%{ else }"                                # error: Unexpected else directive
  e = "%{ if true }%{ else }%{ else }%{ endif }" # error: Unexpected else directive
  f = "%{ for x in y }%{ else }%{ endfor }"      # error: Unexpected else directive
  g = "%{ for x in y }%{ endif }"                # error: Unexpected endif directive
  h = "%{ }"                                     # error: Invalid template directive
  i = "%{ iff x }"                               # error: Invalid template control keyword
  j = "%{ if true x }x%{ endif }"                # error: Extra characters in if marker
  k = "%{ for in y }x%{ endfor }"                # error: Invalid 'for' directive
  l = "%{ if true }%{ endif foo }"               # error: Extra characters in endif marker
}
# ----
# Characters of other languages.
locals {
  a = @                                          # error: Invalid character
  b = 1 & 2                                      # error: Unsupported operator
  c = 1 | 2                                      # error: Unsupported operator
  d = 2 ^ 3                                      # error: Unsupported operator
  e = ~1                                         # error: Unsupported operator
  f = 'abc'                                      # error: Invalid character
  g = `x`                                        # error: Invalid character
  h = a ; b                                      # error: Invalid character
  i = $foo                                       # error: Invalid character
  j = “foo”                                      # error: Invalid character
  k = <<EOT x                                    # error: Invalid expression
  l; 3                                           # error: Invalid character
}
# ----
# Braces too many and too few.
locals {
  a = 1
}}                                               # error: Missing newline after block definition
}                                                # error: Argument or block definition required
b = 2
resource "a"
# error: Invalid block definition
{
  c = = 1                                        # error: Invalid expression
}
locals {                                         # error: Unclosed configuration block
  d {                                            # error: Unclosed configuration block
    e = 1
# ----
# A comment without end hides the rest.
locals {
  a = 1 /* b = = 2                               # error: Unterminated comment
}
# ----
# The lines of a heredoc that is not opened as one are not looked at, unlike in Terraform.
locals {
  a = <<EOT 
# error: Invalid expression
x y
EOT
  b = [<< EOT
# error: Invalid expression
x = "
EOT
    , 1, = ]                                     # error: Invalid expression
  c = <<-"EOT"
# error: Invalid expression
    x {
  EOT
  d = <<EOT x                                    # error: Invalid expression
  e = = 1                                        # error: Invalid expression
}
# ----
# A label that the end of the text cuts off.
locals {
}
output "name# error: Unterminated template string