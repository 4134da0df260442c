//! An error never hides the others: a configuration with a mistake in each of its blocks tells all.

use crate::end_to_end::estate::Estate;

/// Blocks with one mistake each, and words by which it is told.
///
/// Mistakes of the syntax, of blocks, of references, of types and of values stand together: what
/// cannot be read in one block must not keep the others from being checked.
const MISTAKES: [(&str, &str); 14] = [
    ("resource \"terraform_data\" \"a\" {\n  input = [1 2]\n}\n", "Missing item separator"),
    ("resource \"terraform_data\" \"b\" {\n  input = = 1\n}\n", "Invalid expression"),
    ("resource \"terraform_data\" \"c\" {\n  inputs = 1\n}\n", "inputs"),
    ("resource \"terraform_data\" \"d\" {\n  input = local.nowhere\n}\n", "nowhere"),
    ("resource \"terraform_data\" \"e\" {\n  count    = 1\n  for_each = {}\n}\n", "for_each"),
    ("resource \"terraform_dato\" \"f\" {\n}\n", "terraform_dato"),
    ("variable \"g\" {\n  type    = number\n  default = \"x\"\n}\n", "number"),
    ("variable \"h\" {\n  type = strink\n}\n", "strink"),
    ("output \"i\" {\n}\n", "value"),
    ("locals {\n  j = tonumber(\"wrong-j\")\n}\n", "wrong-j"),
    ("locals {\n  k = nofunction(1)\n}\n", "nofunction"),
    ("module \"l\" {\n  source = \"./absent\"\n}\n", "absent"),
    ("wrongblock \"m\" {\n}\n", "wrongblock"),
    ("provider \"nobody\" {\n}\n", "nobody"),
];

#[test]
fn every_mistake_is_told_whatever_else_is_wrong() {
    for in_one_file in [true, false] {
        let estate = Estate::new();
        let mut main = String::new();
        for (number, (block, _)) in MISTAKES.iter().enumerate() {
            if in_one_file {
                main += block;
            } else {
                estate.write(&format!("f{number:02}.tf"), block);
            }
        }
        estate.write("main.tf", &main);
        let said = estate.run("validate").exits(1);
        let text = format!("{}{}", said.stdout, said.stderr);
        let missing: Vec<&str> = MISTAKES
            .iter()
            .map(|(_, words)| *words)
            .filter(|words| !text.contains(words))
            .collect();
        assert!(missing.is_empty(), "one file: {in_one_file}, not told: {missing:?}\n{text}");
    }
}
