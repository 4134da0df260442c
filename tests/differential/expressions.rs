//! Expressions by seed: mostly of the sort that is asked for, sometimes of another.

use super::{
    functions::{Signature, signatures},
    sorts::{PLAIN, Sort},
    tree::Tree,
};
use crate::sim::random::Random;

/// How deep an expression is nested at most.
const DEPTH_MAX: usize = 4;

/// A generator of expressions.
pub(super) struct Expressions {
    random: Random,
    functions: Vec<Signature>,
    /// Names that `for` and templates have bound around the current place.
    bound: Vec<&'static str>,
}

impl Expressions {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: Random::new(seed), functions: signatures(), bound: Vec::new() }
    }

    /// Returns the next expression.
    pub(super) fn next(&mut self) -> Tree {
        let depth = 1 + self.random.below(DEPTH_MAX);
        // Each function comes up as often as everything else together does for its sort.
        if self.random.chance(1, 2) {
            let index = self.random.below(self.functions.len());
            return self.call(index, depth - 1);
        }
        self.any(depth)
    }

    fn any(&mut self, depth: usize) -> Tree {
        let sort = *self.random.pick(&PLAIN);
        self.of(sort, depth)
    }

    fn of(&mut self, sort: Sort, depth: usize) -> Tree {
        let is_special = matches!(sort, Sort::Special(_));
        if self.random.chance(1, 25) {
            return self.any(depth.saturating_sub(1));
        }
        if depth == 0 || (is_special && self.random.chance(9, 10)) || self.random.chance(1, 5) {
            return self.leaf(sort);
        }
        let depth = depth - 1;
        match self.random.below(10) {
            0..4 => self.call_giving(sort, depth),
            4..7 => self.formed(sort, depth),
            7 => self.wrapped(sort, depth),
            8 => self.conditional(sort, depth),
            _ => self.picked(depth),
        }
    }

    fn leaf(&mut self, sort: Sort) -> Tree {
        if !self.bound.is_empty() && self.random.chance(1, 2) {
            return Tree::leaf(*self.random.pick(&self.bound));
        }
        let sort = if sort == Sort::Any && self.random.chance(2, 3) {
            *self.random.pick(&PLAIN)
        } else {
            sort
        };
        Tree::leaf(*self.random.pick(sort.leaves()))
    }

    fn call_giving(&mut self, sort: Sort, depth: usize) -> Tree {
        let gives = |given: Sort| {
            given == sort
                || matches!((sort, given), (Sort::Small, Sort::Number))
                || matches!((sort, given), (Sort::List, Sort::Texts | Sort::Numbers))
                || matches!(sort, Sort::Any)
        };
        let fitting: Vec<usize> =
            (0..self.functions.len()).filter(|&i| gives(self.functions[i].gives)).collect();
        if fitting.is_empty() {
            return self.leaf(sort);
        }
        let index = *self.random.pick(&fitting);
        self.call(index, depth)
    }

    fn call(&mut self, index: usize, depth: usize) -> Tree {
        let Signature { name, takes, repeats, .. } = &self.functions[index];
        let (name, repeats, mut takes) = (*name, *repeats, takes.clone());
        if repeats {
            let last = takes.pop().unwrap();
            takes.extend(vec![last; self.random.below(4)]);
        }
        if self.random.chance(1, 60) {
            takes.pop();
        }
        let mut call = Tree::leaf(name).then("(");
        let spreads = repeats && self.random.chance(1, 8) && !takes.is_empty();
        for (place, sort) in takes.iter().enumerate() {
            let is_spread = spreads && place + 1 == takes.len();
            let sort = if is_spread { Sort::List } else { *sort };
            call = call.then(if place == 0 { "" } else { ", " }).with(self.of(sort, depth));
            call = call.then(if is_spread { "..." } else { "" });
        }
        call.then(")")
    }

    /// Returns an expression of the sort's own operators and constructors.
    fn formed(&mut self, sort: Sort, depth: usize) -> Tree {
        match sort {
            Sort::Number | Sort::Small => self.arithmetic(depth),
            Sort::Bool => self.comparison(depth),
            Sort::Text => self.template(depth),
            Sort::List | Sort::Texts | Sort::Numbers | Sort::Bools => self.sequence(sort, depth),
            Sort::Set => Tree::leaf("toset(").with(self.sequence(Sort::Texts, depth)).then(")"),
            Sort::Map => Tree::leaf("tomap(").with(self.mapping(depth)).then(")"),
            Sort::Object => self.mapping(depth),
            Sort::Any | Sort::Special(_) => self.leaf(sort),
        }
    }

    fn arithmetic(&mut self, depth: usize) -> Tree {
        if self.random.chance(1, 6) {
            return Tree::leaf("-").with(self.of(Sort::Number, depth));
        }
        let operator = *self.random.pick(&[" + ", " - ", " * ", " / ", " % "]);
        self.binary(operator, (Sort::Number, Sort::Small), depth)
    }

    fn binary(&mut self, operator: &'static str, sorts: (Sort, Sort), depth: usize) -> Tree {
        let (left, right) = (self.of(sorts.0, depth), self.of(sorts.1, depth));
        if self.random.chance(1, 2) {
            return left.then(operator).with(right);
        }
        Tree::leaf("(").with(left).then(operator).with(right).then(")")
    }

    fn comparison(&mut self, depth: usize) -> Tree {
        match self.random.below(6) {
            0 => Tree::leaf("!").with(self.of(Sort::Bool, depth)),
            1 | 2 => {
                let operator = *self.random.pick(&[" && ", " || "]);
                self.binary(operator, (Sort::Bool, Sort::Bool), depth)
            }
            3 => {
                let operator = *self.random.pick(&[" < ", " <= ", " > ", " >= "]);
                self.binary(operator, (Sort::Number, Sort::Number), depth)
            }
            _ => {
                let operator = *self.random.pick(&[" == ", " != "]);
                let sort = *self.random.pick(&PLAIN);
                self.binary(operator, (sort, sort), depth)
            }
        }
    }

    fn template(&mut self, depth: usize) -> Tree {
        let (open, close) = *self.random.pick(&[
            ("\"", "\""),
            ("\"", "\""),
            ("<<EOT\n", "\nEOT\n"),
            ("<<-EOT\n      ", "\n    EOT\n"),
        ]);
        let mut text = Tree::leaf(open);
        for _ in 0..=self.random.below(3) {
            text = self.piece(text, depth);
        }
        // A heredoc ends its line, so whatever follows needs a bracket around it.
        let text = text.then(close);
        if close == "\"" { text } else { Tree::leaf("(").with(text).then(")") }
    }

    fn piece(&mut self, text: Tree, depth: usize) -> Tree {
        let (left, right) = *self.random.pick(&[("", ""), ("", ""), ("~", ""), ("", "~")]);
        match self.random.below(5) {
            0 => {
                let literal = *self.random.pick(&["a b", " \\n ", "ä", " ", "$", "%", "$${", "x "]);
                text.then(literal)
            }
            1 => {
                let condition = self.of(Sort::Bool, depth);
                let text = text.then("%{").then(left).then(" if ").with(condition);
                text.then(" }yes%{ else").then(" ").then(right).then("} no %{ endif }")
            }
            2 => {
                let list = self.of(Sort::List, depth);
                let text = text.then("%{ for v in ").with(list).then(" ").then(right).then("} <");
                self.bound.push("v");
                let inner = self.of(Sort::Text, depth.min(1));
                self.bound.pop();
                text.then("${").with(inner).then("}> %{").then(left).then(" endfor }")
            }
            _ => {
                let sort = if self.random.chance(3, 4) { Sort::Text } else { Sort::Number };
                let inner = self.of(sort, depth);
                let text = text.then("${").then(left).then(" ").with(inner);
                text.then(" ").then(right).then("}")
            }
        }
    }

    fn sequence(&mut self, sort: Sort, depth: usize) -> Tree {
        let element = if sort == Sort::Texts {
            Sort::Text
        } else if sort == Sort::Numbers {
            Sort::Number
        } else if sort == Sort::Bools {
            Sort::Bool
        } else {
            *self.random.pick(&PLAIN)
        };
        match self.random.below(5) {
            0 => self.iteration(element, depth),
            1 => self.splat(depth),
            _ => {
                let mut list = Tree::leaf("[");
                for place in 0..self.random.below(4) {
                    list = list.then(if place == 0 { "" } else { ", " });
                    list = list.with(self.of(element, depth));
                }
                list.then("]")
            }
        }
    }

    /// Returns what a `for` goes through, in its two forms.
    fn iterated(&mut self, depth: usize) -> Tree {
        let sort = *self.random.pick(&[Sort::List, Sort::Set, Sort::Map, Sort::Object]);
        let names = *self.random.pick(&["k, v", "v"]);
        Tree::leaf("for ").then(names).then(" in ").with(self.of(sort, depth)).then(" : ")
    }

    fn iteration(&mut self, element: Sort, depth: usize) -> Tree {
        let head = self.iterated(depth);
        self.bound.push("v");
        let body = self.of(element, depth.min(2));
        let mut whole = Tree::leaf("[").with(head).with(body);
        if self.random.chance(1, 3) {
            whole = whole.then(" if ").with(self.of(Sort::Bool, depth.min(2)));
        }
        self.bound.pop();
        whole.then("]")
    }

    fn mapping(&mut self, depth: usize) -> Tree {
        if self.random.chance(1, 4) {
            let head = self.iterated(depth);
            self.bound.push("v");
            let (key, value) = (self.of(Sort::Text, depth.min(2)), self.any(depth.min(2)));
            let mut whole = Tree::leaf("{").with(head).with(key).then(" => ").with(value);
            whole = whole.then(if self.random.chance(1, 3) { "..." } else { "" });
            if self.random.chance(1, 3) {
                whole = whole.then(" if ").with(self.of(Sort::Bool, depth.min(2)));
            }
            self.bound.pop();
            return whole.then("}");
        }
        let mut whole = Tree::leaf("{ ");
        for place in 0..self.random.below(4) {
            let key = *self.random.pick(&[
                "a",
                "b",
                "\"c d\"",
                "(local.list[0])",
                "name",
                "1",
                "(local.n_text)",
                "(local.u_text)",
            ]);
            let value = self.any(depth);
            whole = whole.then(if place == 0 { "" } else { ", " });
            whole = whole.then(key).then(" = ").with(value);
        }
        whole.then(" }")
    }

    fn splat(&mut self, depth: usize) -> Tree {
        let sort = *self.random.pick(&[Sort::List, Sort::Any, Sort::Set, Sort::Object]);
        let over = self.of(sort, depth);
        let step = *self.random.pick(&[
            "[*]",
            ".*",
            "[*].a",
            ".*.name",
            "[*][0]",
            "[*].tags[0]",
            ".*.tags[0]",
        ]);
        Tree::leaf("(").with(over).then(")").then(step)
    }

    fn wrapped(&mut self, sort: Sort, depth: usize) -> Tree {
        match self.random.below(4) {
            0 => Tree::leaf("(").with(self.of(sort, depth)).then(")"),
            1 => {
                let (first, second) = (self.of(sort, depth), self.of(sort, depth));
                Tree::leaf("try(").with(first).then(", ").with(second).then(")")
            }
            2 => Tree::leaf("sensitive(").with(self.of(sort, depth)).then(")"),
            _ => Tree::leaf("nonsensitive(sensitive(").with(self.of(sort, depth)).then("))"),
        }
    }

    fn conditional(&mut self, sort: Sort, depth: usize) -> Tree {
        let condition = self.of(Sort::Bool, depth);
        let other = if self.random.chance(3, 4) { sort } else { *self.random.pick(&PLAIN) };
        let (yes, no) = (self.of(sort, depth), self.of(other, depth));
        Tree::leaf("(").with(condition).then(" ? ").with(yes).then(" : ").with(no).then(")")
    }

    /// Returns a part of a collection.
    fn picked(&mut self, depth: usize) -> Tree {
        let (sort, step) = *self.random.pick(&[
            (Sort::List, "[0]"),
            (Sort::List, "[1]"),
            (Sort::List, ".0"),
            (Sort::List, "[-1]"),
            (Sort::Texts, "[0]"),
            (Sort::Object, ".a"),
            (Sort::Object, "[\"name\"]"),
            (Sort::Object, ".b.c"),
            (Sort::Map, "[\"a\"]"),
            (Sort::Map, ".b"),
            (Sort::Set, "[0]"),
            (Sort::Any, "[local.u_number]"),
            (Sort::Any, "[local.u_text]"),
            (Sort::Any, "[null]"),
            (Sort::Any, "[sensitive(0)]"),
        ]);
        Tree::leaf("(").with(self.of(sort, depth)).then(")").then(step)
    }
}
