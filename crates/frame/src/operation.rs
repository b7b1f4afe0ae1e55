//! Operations on frames.

use serde::{Deserialize, Serialize};

use crate::{Column, Expression, Scan};

/// What is done with the rows of the inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    /// Reads files.
    Scan(Scan),
    /// Takes the rows of an Arrow stream among the buffers.
    Memory(u32),
    /// Takes the rows of a shard that another piece of the query dealt out.
    Shard {
        /// The buffer that it is.
        buffer: u32,
        /// The number of the piece that dealt it.
        from: u32,
        /// The number of the piece that it is for.
        to: u32,
    },
    /// No rows of these columns.
    Empty(Vec<Column>),
    /// These columns and no others.
    Select(Vec<Expression>),
    /// These columns beside the others, or in their place.
    WithColumns(Vec<Expression>),
    /// The rows for which it is true.
    Filter(Expression),
    /// A row for each group.
    GroupBy(GroupBy),
    /// In another order, which for equal rows is the one that they had.
    Sort(Order),
    /// Some neighbouring rows; a negative offset counts from the end.
    Slice {
        /// Before the first one.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        offset: i64,
        /// How many, or all that follow.
        length: Option<u32>,
    },
    /// The last row first.
    Reverse,
    /// One row of each kind.
    Unique {
        /// Columns that tell rows apart; none stands for all.
        subset: Vec<String>,
        /// Which of several.
        keep: Keep,
    },
    /// Rows of two inputs side by side.
    Join(Join),
    /// The rows of one input behind those of another.
    Concat {
        /// Whether inputs may lack columns, which are null then, and columns may have different types, of which one
        /// that holds both is taken.
        relaxed: bool,
    },
    /// The columns of one input beside those of another.
    Beside,
    /// Other names.
    Rename {
        /// The old ones.
        from: Vec<String>,
        /// The new ones.
        to: Vec<String>,
    },
    /// All columns but these.
    Drop(Vec<String>),
    /// Rows in which none of these columns is null; none stands for all.
    DropNulls(Vec<String>),
    /// A row for each element of the lists in these columns.
    Explode(Vec<String>),
    /// The fields of structs as columns.
    Unnest(Vec<String>),
    /// A row for each value of several columns.
    Unpivot(Unpivot),
    /// A column of row numbers in front.
    RowIndex {
        /// Its name.
        name: String,
        /// The first number.
        offset: u32,
    },
}

/// Groups, and what is computed of each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct GroupBy {
    /// What tells groups apart.
    pub keys: Vec<Expression>,
    /// What is computed of the rows of a group.
    pub aggregations: Vec<Expression>,
    /// Whether groups come in the order of their first rows, or else in any.
    pub ordered: bool,
    /// Windows of time within each group.
    pub windows: Option<Windows>,
}

/// Windows of time that rows fall into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Windows {
    /// The column of times, sorted.
    pub index: String,
    /// From the start of one window to that of the next, such as `1mo`.
    pub every: String,
    /// How long a window is.
    pub period: String,
    /// How far the windows are shifted.
    pub offset: String,
    /// Which of its ends belong to a window.
    pub closed: Closed,
    /// What stands for a window.
    pub label: Label,
    /// Whether both ends of the window are added as columns.
    pub boundaries: bool,
}

/// Which ends belong to an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Closed {
    /// The lower.
    Left,
    /// The upper.
    Right,
    /// Both.
    Both,
    /// None.
    None,
}

/// What stands for a window of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// Its lower end.
    Left,
    /// Its upper end.
    Right,
    /// The time of its first row.
    First,
}

/// An order of rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Order {
    /// By what; the further ones decide where the first are equal.
    pub by: Vec<Expression>,
    /// For each whether the largest comes first.
    pub descending: Vec<bool>,
    /// Whether null comes last, or else first.
    pub nulls_last: bool,
}

/// Which of several equal rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// The first.
    First,
    /// The last.
    Last,
    /// None: only rows of which there is one.
    None,
}

/// How rows of two inputs find each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Join {
    /// Which rows are in the result.
    pub how: How,
    /// What is equal of the first input.
    pub left: Vec<Expression>,
    /// What is equal of the second input, in the same order.
    pub right: Vec<Expression>,
    /// Behind the names of the second input that the first has too.
    pub suffix: String,
    /// Whether null equals null.
    pub nulls_equal: bool,
    /// Whether the keys of both inputs become one column where the result has rows without a partner.
    pub coalesce: bool,
}

/// Which rows a join gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// Those with a partner.
    Inner,
    /// All of the first input.
    Left,
    /// All of the second input.
    Right,
    /// All.
    Full,
    /// Those of the first input that have a partner, once each.
    Semi,
    /// Those of the first input that have none.
    Anti,
    /// Every row with every other.
    Cross,
}

/// Columns that become rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Unpivot {
    /// The columns whose values become one column; none stands for all but `index`.
    pub on: Vec<String>,
    /// The columns that stay.
    pub index: Vec<String>,
    /// Name of the column of names.
    pub variable: String,
    /// Name of the column of values.
    pub value: String,
}
