a = -x
b = (-x)
c = [-x, -y]
d = a - b
e = a- - b
f = !x
g = a ? -b : -c
h = [for x in y : -x if - x > 0]
i = { for k in - x : k => - k }
j = a % -b
k = f() - 1
l = "y${- x}"
m = "a" - 1
n = { x : -1 }
o = "x" [0]
p = {}[0]
q = x[*].y
