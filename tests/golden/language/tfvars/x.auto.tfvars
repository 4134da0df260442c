d = "x.auto.tfvars"
e = "x.auto.tfvars"
f = "x.auto.tfvars"
