a=1 /* x
 y */ # z
bbb = 2 # y
/* a */ /* b */
c = 2 /* x */
 dddd = 2  /* x */