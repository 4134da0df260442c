locals {
  people = [{ name = "a", tags = ["x", "y"] }, { name = "b", tags = ["z"] }]
  none   = null
  text   = "$${kept} %%{kept}"
}

output "operators" {
  value = [1 + 2 * 3 - 4 / 2 % 3, !true || true && false, 1 < 2 == true, -(-1), 1 == 1 ? "yes" : "no", 0.1 + 0.2]
}

output "splats" {
  value = [local.people[*].tags[0], local.people.*.tags[0], local.none[*], 5[*], local.people.0.name]
}

output "for" {
  value = [
    [for i, p in local.people : "${i}${p.name}" if p.name != "b"],
    { for p in local.people : p.name => length(p.tags) },
    { for p in local.people : length(p.tags) > 0 => p.name... },
  ]
}

output "templates" {
  value = [
    local.text,
    "%{ for p in local.people ~} ${p.name} %{ endfor ~} end",
    "%{ if true }yes%{ else }no%{ endif }",
    <<-EOT
      indented
        more
      ${upper("x")}
    EOT
    ,
    <<EOT
kept as it is
EOT
  ]
}

output "calls" {
  value = [max([1, 5, 3]...), core::upper("x"), { a = 1, (upper("b")) : 2, "c" = 3 }]
}
