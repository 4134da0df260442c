a = [ # c
 1, # d
   2 ]
b= <<-EOT
    x ${  a  } y
    ${ foo(
  1, {a=1}
  )   } z
    EOT
cc = foo(<<EOT
  ${[
x
]}
EOT
, 3)
ddd = 1 # hi
e = -1 - -2 * -(3)
f = a?b:c
g = !a&&!  b||c
h = a[0] [1]
i = [for x in[1] : x]
j = { for k,v in {a=1} :k=>v... if x}
k = foo (a...)
l = provider :: x :: y(1)
m = a . b . * . c
n = a.0
o = {}
p = { }
q = [ ]
r = {a:1,b=2}
s = "${ {a=1} }${ x }"
t = a %b
u = (a)[0]
foo {a=1}
bar{}
