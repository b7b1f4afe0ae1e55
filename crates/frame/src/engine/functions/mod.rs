//! What functions of expressions are in Polars. Each module has those of one kind and gives none for others.

use polars::prelude::Expr;

use super::error::{FrameError, Result};
use super::expressions::{to_expr, to_exprs};
use crate::{Expression, Function, Value};

mod aggregates;
mod elements;
mod lists;
mod sequences;
mod text;
mod times;

/// A call of a function.
pub(super) fn call(function: Function, args: &[Expression]) -> Result<Expr> {
    let args = Args { function, args };
    let kinds = [elements::call, aggregates::call, sequences::call, text::call, times::call, lists::call];
    for kind in kinds {
        if let Some(expr) = kind(function, &args)? {
            return Ok(expr);
        }
    }
    Err(FrameError::Plan(format!("no function {function:?}")))
}

/// The arguments of a call. Which of them are literals is up to the function.
struct Args<'a> {
    function: Function,
    args: &'a [Expression],
}

impl Args<'_> {
    /// An argument that is computed.
    fn expr(&self, number: usize) -> Result<Expr> {
        to_expr(self.get(number)?)
    }

    /// All arguments from one on, computed.
    fn exprs(&self, first: usize) -> Result<Vec<Expr>> {
        to_exprs(self.args.get(first..).unwrap_or_default())
    }

    /// An integer that must be there.
    fn int(&self, number: usize) -> Result<i64> {
        match self.literal(number)? {
            Value::Int(value) => Ok(*value),
            _ => Err(self.wrong(number, "an integer")),
        }
    }

    /// A length that must be there.
    fn length(&self, number: usize) -> Result<usize> {
        usize::try_from(self.int(number)?).map_err(|_| self.wrong(number, "a length"))
    }

    /// A number that must be there.
    fn float(&self, number: usize) -> Result<f64> {
        match self.literal(number)? {
            Value::Int(value) => Ok(*value as f64),
            Value::Float(text) => text.parse().map_err(|_| self.wrong(number, "a number")),
            _ => Err(self.wrong(number, "a number")),
        }
    }

    /// Text that must be there.
    fn text(&self, number: usize) -> Result<&str> {
        match self.literal(number)? {
            Value::Text(text) => Ok(text),
            _ => Err(self.wrong(number, "text")),
        }
    }

    /// Text, unless it is null or left out.
    fn optional_text(&self, number: usize) -> Result<Option<&str>> {
        match self.args.get(number) {
            None | Some(Expression::Literal(Value::Null)) => Ok(None),
            Some(_) => self.text(number).map(Some),
        }
    }

    /// True or false that must be there.
    fn flag(&self, number: usize) -> Result<bool> {
        match self.literal(number)? {
            Value::Bool(value) => Ok(*value),
            _ => Err(self.wrong(number, "true or false")),
        }
    }

    fn len(&self) -> usize {
        self.args.len()
    }

    fn literal(&self, number: usize) -> Result<&Value> {
        match self.get(number)? {
            Expression::Literal(value) => Ok(value),
            _ => Err(self.wrong(number, "a constant")),
        }
    }

    fn get(&self, number: usize) -> Result<&Expression> {
        self.args.get(number).ok_or_else(|| self.wrong(number, "an argument"))
    }

    fn wrong(&self, number: usize, expected: &str) -> FrameError {
        FrameError::Argument(format!("{:?} takes {expected} as argument {number}", self.function))
    }
}
