h = [for x in y : "%{if x}c%{endif}"]
i = x.y["a-${b}"]
j = "a-${b}"
k = "%{if x~}a${b}%{~endif}"
