//! Basic indexing: what a slice picks from each axis.

use serde::{Deserialize, Serialize};

/// What one entry of a basic index does. Entries stand in the order of the axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Pick {
    /// Takes an input axis and gives an output axis: the elements `start, start + step, …`, as many as the
    /// output axis is long. `step` may be negative, never 0.
    Slice {
        /// Position of the first element taken.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        start: u64,
        /// Distance between two elements taken.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        step: i64,
    },
    /// Takes an input axis and gives none: the one element at `at`.
    Index {
        /// Position of the element.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        at: u64,
    },
    /// Takes no input axis and gives an output axis of length 1.
    NewAxis,
}

/// One [`Pick`] for each input axis, with [`Pick::NewAxis`] in between where an axis is new.
pub type Selection = Vec<Pick>;

impl Pick {
    /// All of an axis, in order.
    pub const ALL: Pick = Pick::Slice { start: 0, step: 1 };
}

/// The position that element `index` of a slice takes.
pub fn slice_position(start: u64, step: i64, index: u64) -> u64 {
    start.wrapping_add_signed(step.wrapping_mul(index.cast_signed()))
}
