# Each case was given to Terraform 1.11.4, which reports the same summaries in the same lines.
# ----
locals {
  a = 1 b = 2
# error: Missing newline after argument
}
# ----
locals { a = 1, b = 2 }
# error: Invalid single-argument block definition
# ----
locals { a = 1
# error: Invalid single-argument block definition
}
# ----
locals { foo { a = 1 } }
# error: Argument definition required
# ----
locals {
# error: Unclosed configuration block
  a = <<EOT
foo
EOT
# ----
locals
# error: Argument or block definition required
# ----
locals foo
# error: Invalid block definition
# ----
locals = 
# error: Invalid expression
# ----
"foo" {}
# error: Invalid argument name
# ----
locals {
  a = 1
  a = 2
# error: Attribute redefined
}
# ----
resource "a" b "${c}" {
# error: Invalid string literal
}
# ----
resource "a" {
# error: Unclosed configuration block
# ----
locals {
}}
# error: Missing newline after block definition
# ----
locals {
  a = (1
  b = 2
# error: Unbalanced parentheses
}
# ----
locals {
  a = "\q"
# error: Invalid escape sequence
  b = "\u12"
# error: Invalid escape sequence
  c = "\U0001"
# error: Invalid escape sequence
}
# ----
locals { a = 1 /* foo
 */ b = 2
# error: Invalid single-argument block definition
}
# ----
variable "a" { type = string }  variable "b" {}
# error: Missing newline after block definition
# ----
locals {
  a = [1
}
# error: Missing item separator
# ----
locals {
  b = { x 1 }
# error: Missing key/value separator
}
# ----
locals {
  b = { x }
# error: Missing key/value separator
}
# ----
locals {
  b = { x = }
# error: Invalid expression
}
# ----
locals {
  b = { = 1 }
# error: Invalid expression
}
# ----
locals {
  b = 
# error: Invalid expression
  c = 1
}
# ----
locals {
  b = "x ${} y"
# error: Invalid expression
}
# ----
locals {
  foo.bar = 2
# error: Argument or block definition required
}
# ----
locals {
  foo: 3
# error: Argument or block definition required
}
# ----
locals {
  foo + 3
# error: Argument or block definition required
}
# ----
locals {
  foo
# error: Argument or block definition required
}
# ----
locals {
  i = "%{ if }x%{ endif }"
# error: Invalid expression
}
# ----
locals {
  j = "%{ if true x }x%{ endif }"
# error: Extra characters in if marker
}
# ----
locals {
  l = "%{ if true }%{ endif foo }"
# error: Extra characters in endif marker
}
# ----
locals {
  l = "%{ if true }%{ else foo }%{ endif }"
# error: Extra characters in else marker
}
# ----
locals {
  b = [for in y : z]
# error: Invalid 'for' expression
}
# ----
locals {
  c = [for x, y, z in y : z]
# error: Invalid 'for' expression
}
# ----
locals {
  d = [for x in y z]
# error: Invalid 'for' expression
}
# ----
locals {
  e = [for x in y : ]
# error: Invalid expression
}
# ----
locals {
  f = [for x in y : z : z]
# error: Invalid 'for' expression
}
# ----
locals {
  h = {for x in y : z => z z}
# error: Invalid 'for' expression
}
# ----
locals {
  i = [for 1 in y : z]
# error: Invalid 'for' expression
}
# ----
locals {
  i = [for k, 1 in y : z]
# error: Invalid 'for' expression
}
# ----
locals {
  i = [for k in y : a => b]
# error: Invalid 'for' expression
}
# ----
locals {
  i = [for k in y : a...]
# error: Invalid 'for' expression
}
# ----
locals {
  b = x.*.*
# error: Nested splat expression not allowed
}
# ----
locals {
  d = x["a"
}
# error: Missing close bracket on index
# ----
locals {
  e = x.(y)
# error: Invalid attribute name
}
# ----
locals {
  f = x[*
}
# error: Missing close bracket on splat index
# ----
locals {
  g = x."foo"
# error: Invalid attribute name
}
# ----
locals {
  g = x.*.0.1
# error: Invalid legacy index syntax
}
# ----
locals {
  g = x.*.0.0
# error: Invalid legacy index syntax
}
# ----
locals {
  g = x.0.0
# error: Invalid legacy index syntax
}
# ----
locals {
  g = x.0.a.1
}
# ----
locals {
  b = foo(x..., y)
# error: Missing closing parenthesis
}
# ----
locals {
  c = foo(x
}
# error: Missing argument separator
# ----
locals {
  d = a::b
# error: Missing open parenthesis
}
# ----
locals {
  e = a::(1)
# error: Missing function name
}
# ----
locals {
  g = ::b()
# error: Invalid expression
}
# ----
locals {
  b = 2 *
# error: Invalid expression
  c = 1
}
# ----
locals {
  d = x ? y : 
# error: Invalid expression
}
# ----
locals {
  d = x ? y
# error: Missing false expression in conditional
    : z
# error: Argument or block definition required
}
# ----
locals {
  f = a => b
# error: Missing newline after argument
}
# ----
locals {
  c = {
    a = 1,
    , 
# error: Invalid expression
    b = 2
  }
}
# ----
locals { b = = 1 }
# error: Invalid expression
# ----
1 = 2
# error: Argument or block definition required
# ----
{}
# error: Argument or block definition required
# ----
locals "a" = 1
# error: Invalid block definition
# ----
locals "a" {} }
# error: Missing newline after block definition
# ----
locals {
# error: Unclosed configuration block
# ----
locals { 
 a = 1 }
# error: Missing newline after argument
# ----
locals {
# error: Unclosed configuration block
  a = 1
  b {
}
# ----
locals {
  a = (1 2)
# error: Unbalanced parentheses
}
# ----
locals {
  a = x[]
# error: Invalid expression
  }
# ----
locals {
  a = x[1 2]
# error: Missing close bracket on index
  }
# ----
locals {
  a = 1 = 2
# error: Missing newline after argument
}
# ----
locals {
  a = "x" "y"
# error: Missing newline after argument
}
# ----
locals {
  a = "\u00"
# error: Invalid escape sequence
}
# ----
locals {
  a = 1...
# error: Missing newline after argument
}
# ----
locals {
  a = [1...]
# error: Missing item separator
}
# ----
locals {
  a = f(...)
# error: Invalid expression
}
# ----
a "b\q" {
# error: Invalid escape sequence
}
# ----
locals {
  a == 1
# error: Argument or block definition required
}
# ----
locals {
  a => 1
# error: Argument or block definition required
}
# ----
locals {
  a = {for k in y : a}
# error: Invalid 'for' expression
}
# ----
locals {
  a = [for k in y : a b]
# error: Invalid 'for' expression
}
# ----
locals {
  a = [for k in y : a if b c]
# error: Invalid 'for' expression
}
# ----
locals {
# error: Unclosed configuration block
  a = { x = 1, y = 2
}
# ----
locals {
  a = { b c }
# error: Missing key/value separator
}
# ----
locals {
  a = { b: 1 c: 2 }
# error: Missing attribute separator
}
# ----
locals {
  a = "${a:b}"
# error: Extra characters after interpolation expression
}
# ----
locals {
  a = "%{foo}"
# error: Invalid template control keyword
}
# ----
locals {
  a = "%{ for x in }%{ endfor }"
# error: Invalid expression
}
# ----
locals {
  a = "%{ for x in y z }%{ endfor }"
# error: Extra characters in for marker
}
