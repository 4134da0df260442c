//! Function calls: arguments, `...`, and the two functions that look at expressions.

use super::{Evaluator, Fault, Scope, provider_call, unknown};
use crate::{
    functions::{self, CORE_NAMESPACE, Function, FunctionError},
    syntax::tree::{Call, Expr, ExprId},
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics, has_errors},
    source::Span,
    text::Text,
    types::Type,
    value::{Data, Marks, Value},
};
use std::{collections::BTreeMap, sync::LazyLock};

/// Functions by name; the table itself is a list of families.
static FUNCTIONS: LazyLock<BTreeMap<&'static str, &'static Function>> =
    LazyLock::new(|| functions::all().map(|function| (function.name, function)).collect());

/// Returns the function of a name.
pub(crate) fn lookup(name: &str) -> Option<&'static Function> {
    FUNCTIONS.get(name.strip_prefix(CORE_NAMESPACE).unwrap_or(name)).copied()
}

/// The arguments of a call, with their places.
struct Arguments {
    values: Vec<Value>,
    places: Vec<ExprId>,
    marks: Marks,
}

impl Evaluator<'_> {
    /// Returns the result of a call.
    pub(super) fn call(&mut self, scope: &Scope<'_>, id: ExprId, call: Call) -> Value {
        let tree = scope.tree;
        let name = tree.symbol(call.name);
        if let special @ ("try" | "can") = name.strip_prefix(CORE_NAMESPACE).unwrap_or(name) {
            let before = self.diagnostics.len();
            let value =
                if special == "try" { self.try_each(scope, &call) } else { self.can(scope, &call) };
            if self.diagnostics.len() > before {
                self.blame(name);
            }
            return value;
        }
        let function = match self.function(name) {
            Ok(Some(function)) => function,
            Ok(None) => return self.call_unknown(scope, name, &call),
            Err(fault) => return self.fail(fault, tree.at(call.name_range), "unknown function"),
        };
        self.calls += 1;
        let draw = self.calls;
        if self.host.environment(draw).is_none() {
            let fault = super::constant::refused("Function calls not allowed");
            return self.fail(fault, tree.span(id), "not allowed here");
        }
        let Some(arguments) = self.arguments(scope, function, &call) else { return unknown() };
        if function.name == "templatestring"
            && arguments.values.iter().all(Value::is_known)
            && !self.is_template_named(scope, &call)
        {
            return unknown();
        }
        let result = match self.host.environment(draw) {
            Some(environment) => functions::call(function, &arguments.values, &environment),
            None => Ok(unknown()),
        };
        let value = match result {
            Ok(value) => value,
            Err(error) => {
                let mut errors = functions::unsuitable(function, &arguments.values);
                if errors.is_empty() {
                    errors.push(error);
                }
                for error in errors {
                    self.call_failed(scope, &call, (function, &arguments.places), &error);
                }
                unknown()
            }
        };
        value.with_marks(arguments.marks)
    }

    /// Returns the function of a name; nothing if the language has none of it.
    fn function(&self, name: &str) -> Result<Option<&'static Function>, Fault> {
        if let Some(function) = lookup(name) {
            return Ok(Some(function));
        }
        if name.starts_with(CORE_NAMESPACE) {
            return Ok(None);
        }
        match provider_call::parts(name)? {
            Some((local, function)) => self.host.provider_function(local, function).map(Some),
            None => Ok(None),
        }
    }

    /// A template that is written where it is rendered needs no function for that.
    fn is_template_named(&mut self, scope: &Scope<'_>, call: &Call) -> bool {
        let Some(template) = scope.tree.exprs(call.arguments).first() else { return true };
        if matches!(scope.tree.expr(*template), Expr::Traversal { .. } | Expr::Access { .. }) {
            return true;
        }
        let is_literal = matches!(scope.tree.expr(*template), Expr::String(_) | Expr::Template(_));
        let detail = if is_literal {
            "Invalid value for \"template\" parameter: invalid template expression: templatestring is only for rendering templates retrieved dynamically from elsewhere, and so does not support providing a literal template; consider using a template string expression instead."
        } else {
            "Invalid value for \"template\" parameter: invalid template expression: must be a direct reference to a single string from elsewhere, containing valid Terraform template syntax."
        };
        let fault =
            Fault::new("infra::lang::argument_invalid", "Invalid function argument", detail);
        self.fail(fault, scope.tree.span(*template), "written here");
        self.blame(scope.tree.symbol(call.name));
        false
    }

    fn call_unknown(&mut self, scope: &Scope<'_>, name: &str, call: &Call) -> Value {
        let span = scope.tree.at(call.name_range);
        let diagnostic =
            Diagnostic::error("infra::lang::function_unknown", "Call to unknown function")
                .detail(format!("There is no function named {name:?}."))
                .label(span, "unknown function");
        self.report(match functions::suggest(name) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic,
        });
        unknown()
    }

    /// Returns the arguments; `None` if the call cannot be made, which was reported or is unknown.
    fn arguments(
        &mut self,
        scope: &Scope<'_>,
        function: &Function,
        call: &Call,
    ) -> Option<Arguments> {
        let mut written = scope.tree.exprs(call.arguments);
        let mut spread = Arguments { values: Vec::new(), places: Vec::new(), marks: Marks::NONE };
        if call.expand
            && let Some((last, others)) = written.split_last()
        {
            // It is evaluated before the others: it says how many arguments there are.
            let found = self.spread(scope, *last, scope.tree.symbol(call.name));
            if found.is_none() {
                self.foresee_all(scope, others);
            }
            spread = found?;
            written = others;
        }
        let places: Vec<ExprId> = written.iter().chain(&spread.places).copied().collect();
        if let Err(error) = functions::check_count(function, places.len()) {
            self.call_failed(scope, call, (function, &places), &error);
            return None;
        }
        let mut values = Vec::with_capacity(places.len());
        let mut found = Vec::new();
        for (index, place) in written.iter().enumerate() {
            let (value, diagnostics) = self.quietly(scope, *place);
            values.push(value);
            if !diagnostics.is_empty() {
                found.push((index, diagnostics));
            }
        }
        values.append(&mut spread.values);
        let failed = found.iter().any(|(_, found)| has_errors(found));
        if failed {
            self.arguments_failed(scope, call, (function, &places), (&values, found));
            return None;
        }
        self.diagnostics.extend(found.into_iter().flat_map(|(_, found)| found));
        Some(Arguments { values, places, marks: spread.marks })
    }

    /// Reports of each argument in turn what was wrong in it, or that its type is.
    fn arguments_failed(
        &mut self,
        scope: &Scope<'_>,
        call: &Call,
        (function, places): (&Function, &[ExprId]),
        (values, found): (&[Value], Vec<(usize, Diagnostics)>),
    ) {
        // Of what failed the type may be known, and be wrong as well.
        let unsuitable = functions::unsuitable(function, values);
        let mut found = found.into_iter().peekable();
        for error in unsuitable {
            let of = error.argument();
            while let Some((_, found)) = found.next_if(|(index, _)| Some(*index) <= of) {
                self.diagnostics.extend(found);
            }
            self.call_failed(scope, call, (function, places), &error);
        }
        self.diagnostics.extend(found.flat_map(|(_, found)| found));
    }

    /// Returns the elements of an argument that stands for several.
    fn spread(&mut self, scope: &Scope<'_>, place: ExprId, name: &Text) -> Option<Arguments> {
        let before = self.diagnostics.len();
        let last = self.evaluate(scope, place);
        if self.failed_since(before) {
            return None;
        }
        let (last, marks) = last.unmark();
        let detail = match last.data() {
            Data::Null(_) => "The expanding argument (indicated by ...) must not be null.",
            Data::List(_) | Data::Set(_) | Data::Tuple(_) => {
                let values = last.items().unwrap_or_default().to_vec();
                let places = vec![place; values.len()];
                return Some(Arguments { values, places, marks });
            }
            Data::Unknown(unknown)
                if matches!(
                    unknown.ty,
                    Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_)
                ) =>
            {
                return None;
            }
            _ => "The expanding argument (indicated by ...) must be of a tuple, list, or set type.",
        };
        let summary = "Invalid expanding argument value";
        let fault = Fault::new("infra::lang::argument_expansion", summary, detail);
        self.fail(fault, scope.tree.span(place), "cannot be expanded");
        self.blame(name);
        None
    }

    fn call_failed(
        &mut self,
        scope: &Scope<'_>,
        call: &Call,
        (function, places): (&Function, &[ExprId]),
        error: &FunctionError,
    ) {
        let name = scope.tree.symbol(call.name);
        let blamed = error.argument().and_then(|index| places.get(index));
        let blamed = match error.fault {
            functions::Fault::TooMany => places.get(function.parameters.len()),
            _ => blamed,
        };
        let span = match blamed {
            // As in Terraform, brackets are none of what is wrong in them: so one inside comes first.
            Some(place) => scope.tree.span(scope.tree.within_brackets(*place)),
            None if error.fault == functions::Fault::TooFew => tail(scope, call),
            None => head(scope, call),
        };
        let code = match error.fault {
            functions::Fault::TooFew | functions::Fault::TooMany => "infra::lang::argument_count",
            functions::Fault::Argument(_) => "infra::lang::argument_invalid",
            functions::Fault::Call => "infra::lang::call_failed",
        };
        self.report(
            Diagnostic::error(code, error.summary())
                .detail(error.detail(function, name))
                .label(span, "")
                .in_call(name.clone()),
        );
    }

    /// Says of the last finding that it is about the call of a function.
    fn blame(&mut self, name: &Text) {
        if let Some(found) = self.diagnostics.last_mut() {
            found.call = Some(name.clone());
        }
    }

    /// Evaluates what nobody will hear of but whether there was an error.
    fn unheard(&mut self, scope: &Scope<'_>, id: ExprId) -> (Value, Diagnostics) {
        self.unheard += 1;
        let evaluated = self.quietly(scope, id);
        self.unheard -= 1;
        evaluated
    }

    /// Evaluates without reporting; returns the value and whether there was an error.
    fn quietly(&mut self, scope: &Scope<'_>, id: ExprId) -> (Value, Diagnostics) {
        let before = self.diagnostics.len();
        let value = self.evaluate(scope, id);
        (value, self.diagnostics.split_off(before))
    }

    /// Evaluates the expressions of a call that looks at what fails, in their order and until
    /// `takes` has what it wants; returns how many there are, and `None` if that cannot be said.
    fn attempts(
        &mut self,
        scope: &Scope<'_>,
        call: &Call,
        mut takes: impl FnMut(Value, Diagnostics) -> bool,
    ) -> Option<usize> {
        let mut written = scope.tree.exprs(call.arguments);
        let mut spread = Vec::new();
        if let (true, Some((last, others))) = (call.expand, written.split_last()) {
            // What it stands for are values already, none of which can fail.
            let found = self.spread(scope, *last, scope.tree.symbol(call.name));
            if found.is_none() {
                self.foresee_all(scope, others);
            }
            let Arguments { values, marks, .. } = found?;
            spread.extend(values.into_iter().map(|value| value.with_marks(marks)));
            written = others;
        }
        let count = written.len() + spread.len();
        for (at, argument) in written.iter().enumerate() {
            let (value, found) = self.unheard(scope, *argument);
            let may_fail = !value.is_wholly_known();
            if takes(value, found) {
                if may_fail {
                    // The next one may be taken once more is known.
                    self.foresee_all(scope, &written[at + 1..]);
                }
                return Some(count);
            }
        }
        if let Some(value) = spread.into_iter().next() {
            takes(value, Vec::new());
        }
        Some(count)
    }

    fn try_each(&mut self, scope: &Scope<'_>, call: &Call) -> Value {
        let mut texts = Vec::new();
        let mut taken = None;
        let count = self.attempts(scope, call, |value, found| {
            if !has_errors(&found) {
                // A part that is still unknown may yet turn out wrong, so nothing is promised.
                let marks = value.deep_marks();
                let is_known = value.is_wholly_known();
                taken = Some(if is_known { value } else { unknown().with_marks(marks) });
                return true;
            }
            for diagnostic in found.iter().filter(|d| d.is_error()) {
                texts.push(format!("- {}: {}", diagnostic.summary, diagnostic.detail));
            }
            false
        });
        let (Some(count), None) = (count, &taken) else { return taken.unwrap_or_else(unknown) };
        let detail = if count == 0 {
            "Call to function \"try\" failed: at least one argument is required.".to_owned()
        } else {
            format!(
                "Call to function \"try\" failed: no expression succeeded:\n{}\n\nAt least one expression must produce a successful result.",
                texts.join("\n")
            )
        };
        let fault = Fault::new("infra::lang::call_failed", "Error in function call", detail);
        self.fail(fault, head(scope, call), "")
    }

    fn can(&mut self, scope: &Scope<'_>, call: &Call) -> Value {
        let mut answer = None;
        let count = self.attempts(scope, call, |value, found| {
            let is_certain = value.is_wholly_known() || has_errors(&found);
            let worked = || Value::from(!has_errors(&found));
            answer = Some(if is_certain { worked() } else { Value::unknown(Type::Bool) });
            true
        });
        let (summary, detail, at) = match (count, answer) {
            (None, _) => return Value::unknown(Type::Bool),
            (Some(1), Some(answer)) => return answer,
            (Some(0), _) => (
                "Not enough function arguments",
                "Function \"can\" expects 1 argument(s). Missing value for \"expression\".",
                tail(scope, call),
            ),
            (Some(_), _) => {
                let extra = scope.tree.exprs(call.arguments).get(1);
                let at = extra.map_or_else(|| tail(scope, call), |extra| scope.tree.span(*extra));
                ("Too many function arguments", "Function \"can\" expects only 1 argument(s).", at)
            }
        };
        self.fail(Fault::new("infra::lang::argument_count", summary, detail), at, "")
    }
}

/// Returns where a call begins: its name and the opening parenthesis.
fn head(scope: &Scope<'_>, call: &Call) -> Span {
    let name = scope.tree.at(call.name_range);
    Span::new(name.source, name.start, scope.tree.at(call.parentheses).start + 1)
}

/// Returns where a call ends: the closing parenthesis.
fn tail(scope: &Scope<'_>, call: &Call) -> Span {
    let parentheses = scope.tree.at(call.parentheses);
    Span::new(parentheses.source, parentheses.end - 1, parentheses.end)
}
