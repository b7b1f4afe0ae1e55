//! How rows change places between the pieces of a query.

use serde::{Deserialize, Serialize};

use crate::Expression;

/// How the rows of a piece are dealt out to others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Deal {
    /// The number of the piece that deals.
    pub from: u32,
    /// How many pieces get some.
    pub count: u32,
    /// What decides who gets a row: rows with equal values go to the same piece.
    pub by: Vec<Expression>,
    /// Pieces get ranges of values, or else those with the same hash, which no machine computes differently.
    pub ranges: Option<Ranges>,
}

/// Ranges of values that follow one another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Ranges {
    /// For each of the values whether the largest comes first.
    pub descending: Vec<bool>,
    /// Whether null comes last.
    pub nulls_last: bool,
    /// The buffer whose rows part the ranges.
    pub bounds: u32,
    /// Whether a row that equals a bound is the first of the range behind it, or else among the last of that before it.
    pub begins: bool,
}
