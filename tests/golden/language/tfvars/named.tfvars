e = "named.tfvars"
