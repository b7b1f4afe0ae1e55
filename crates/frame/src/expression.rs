//! Expressions: how a column is made of others.

use serde::{Deserialize, Serialize};

use crate::{ColumnType, Function};

/// An expression over the columns of a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Expression {
    /// A column.
    Column(String),
    /// All columns but these.
    All(Vec<String>),
    /// Columns of these types.
    Types(Vec<ColumnType>),
    /// A constant.
    Literal(Value),
    /// The number of rows.
    Len,
    /// Another name for the same.
    Alias {
        /// What is named.
        of: Box<Expression>,
        /// Its name.
        name: String,
    },
    /// The names with something in front and behind, where an expression stands for several columns.
    Affix {
        /// What is named.
        of: Box<Expression>,
        /// In front of each name.
        prefix: String,
        /// Behind it.
        suffix: String,
    },
    /// Another type.
    Cast {
        /// What is converted.
        of: Box<Expression>,
        /// Its type.
        to: ColumnType,
        /// Whether values that it can't have are an error, or else null.
        strict: bool,
    },
    /// A function of the first argument; the further ones are expressions or, where the function says so, literals.
    Call {
        /// Which.
        function: Function,
        /// As many as it takes.
        args: Vec<Expression>,
    },
    /// The value of the first case whose condition holds.
    When {
        /// In order.
        cases: Vec<Case>,
        /// If none does; null if there is none.
        otherwise: Option<Box<Expression>>,
    },
    /// For each group by itself, with as many rows as before.
    Over {
        /// What is computed of the rows of a group.
        of: Box<Expression>,
        /// What tells groups apart.
        by: Vec<Expression>,
        /// In which order a group is read.
        order: Vec<Expression>,
        /// Whether that order is turned round.
        descending: bool,
    },
    /// For each row of the rows in a window of time that ends there.
    Rolling {
        /// What is computed of these rows.
        of: Box<Expression>,
        /// The column of times, sorted.
        index: String,
        /// How long the window is, such as `1d12h`.
        period: String,
        /// Which of its ends belong to it.
        closed: crate::Closed,
    },
    /// In another order.
    Sort {
        /// What is sorted.
        of: Box<Expression>,
        /// By what.
        by: Vec<Expression>,
        /// For each of these whether the largest comes first.
        descending: Vec<bool>,
        /// Whether null comes last.
        nulls_last: bool,
    },
}

/// A condition and what holds under it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Case {
    /// True or false for each row.
    pub condition: Expression,
    /// The value where it is true.
    pub value: Expression,
}

/// A constant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Value {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// An integer, of the type of the column that it meets.
    Int(#[cfg_attr(feature = "typescript", ts(type = "number | bigint"))] i64),
    /// A float as its shortest decimal text: MessagePack encoders of JavaScript write `-0` as the integer 0.
    Float(String),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(#[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))] Bytes),
    /// A point in time, in milliseconds since 1970.
    Time(#[cfg_attr(feature = "typescript", ts(type = "number"))] i64),
    /// Several.
    List(Vec<Value>),
}

/// Bytes, which are one thing in MessagePack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Bytes;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Visitor)
    }
}
