//! What cannot be evaluated before something else is known is looked at all the same: what it refers to
//! must be there once it can be.

use super::{Evaluator, Scope, unknown};
use crate::syntax::tree::{ExprId, Symbol};

impl Evaluator<'_> {
    /// Notes what an expression refers to; its value and what is wrong with it are left for later.
    pub(super) fn foresee(&mut self, scope: &Scope<'_>, id: ExprId) {
        self.aside_of_all(|this| {
            this.evaluate(scope, id);
        });
    }

    /// The same for several.
    pub(super) fn foresee_all(&mut self, scope: &Scope<'_>, ids: &[ExprId]) {
        for id in ids {
            self.foresee(scope, *id);
        }
    }

    /// The same for expressions that are evaluated for each element of what is not known yet.
    pub(super) fn foresee_each(
        &mut self,
        scope: &Scope<'_>,
        (key_name, value_name): (Option<Symbol>, Symbol),
        ids: impl IntoIterator<Item = ExprId>,
    ) {
        let any = unknown();
        self.bind(scope, (key_name, &any), (value_name, &any), |this, inner| {
            for id in ids {
                this.foresee(inner, id);
            }
        });
    }

    /// Evaluates something of which nothing stays but what it refers to.
    pub(crate) fn aside_of_all(&mut self, evaluate: impl FnOnce(&mut Self)) {
        let (told, calls, made) = (self.diagnostics.len(), self.calls, self.made);
        self.unheard += 1;
        evaluate(self);
        self.unheard -= 1;
        self.diagnostics.truncate(told);
        (self.calls, self.made) = (calls, made);
    }
}
