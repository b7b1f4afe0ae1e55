//! Types of columns.

use serde::{Deserialize, Serialize};

/// A column of a frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Column {
    /// Its name; no two of a frame have the same.
    pub name: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub column_type: ColumnType,
}

/// The type of a column's values. Every type has null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// Nothing but null.
    Null,
    /// True or false.
    Bool,
    /// Integers of 8 bits.
    I8,
    /// Integers of 16 bits.
    I16,
    /// Integers of 32 bits.
    I32,
    /// Integers of 64 bits.
    I64,
    /// Integers of 128 bits; what some aggregations of decimals are.
    I128,
    /// Unsigned integers of 8 bits.
    U8,
    /// Unsigned integers of 16 bits.
    U16,
    /// Unsigned integers of 32 bits.
    U32,
    /// Unsigned integers of 64 bits.
    U64,
    /// Floats of 32 bits.
    F32,
    /// Floats of 64 bits.
    F64,
    /// Text.
    Str,
    /// Bytes.
    Binary,
    /// Days.
    Date,
    /// Times of day, in nanoseconds.
    Time,
    /// Text of few different values, kept as numbers.
    Cat,
    /// Points in time.
    Datetime {
        /// What they count.
        unit: TimeUnit,
        /// The IANA name of the time zone; none for times on the wall.
        zone: Option<String>,
    },
    /// Lengths of time.
    Duration {
        /// What they count.
        unit: TimeUnit,
    },
    /// Decimal numbers of a fixed scale.
    Decimal {
        /// Digits in all.
        precision: u32,
        /// Digits behind the point.
        scale: u32,
    },
    /// Lists of values.
    List(Box<ColumnType>),
    /// Named values.
    Struct(Vec<Column>),
    /// What a file may have and nothing here makes: its name in Polars.
    Other(String),
}

/// What a time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum TimeUnit {
    /// Nanoseconds.
    Ns,
    /// Microseconds.
    Us,
    /// Milliseconds.
    Ms,
}
