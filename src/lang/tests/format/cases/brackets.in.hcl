a = (
(
(1)))
b = 2
c = [[
1],[
2]]
d=3
e = foo({
x=1}, [
2
])
f = x ? {
 a=1
} : {
 b = 2
}
g = {
"x"=1,"y"=2
"zz"=3,}
h = <<EOT
 x${ foo({
a=1
}) }y
EOT
i = [<<EOT
x
EOT
,<<EOT
y
EOT
]
foo"a""b"{
}
foo a{}
