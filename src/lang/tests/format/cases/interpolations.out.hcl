a = "${x}${y}"
b = x["${y}"]
c = "a"
e = { a = "${x}" }
f = { a = 1 }
g = x ? "a" : "${b}"
h = [for x in y : "%{if x}c%{endif}"]
i = "${x} "
j = "%{if x}%{endif}"
k = "a"
