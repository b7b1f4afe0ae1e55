//! Columns of values that come from JavaScript.

use serde::{Deserialize, Serialize};

use crate::expression::Bytes;
use crate::{ColumnType, Value};

/// A column and its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ColumnData {
    /// Its name.
    pub name: String,
    /// Its type; if there is none, one that holds all values.
    #[serde(rename = "type")]
    pub column_type: Option<ColumnType>,
    /// Its values.
    pub values: Values,
}

/// The values of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Values {
    /// One by one.
    Each(Vec<Value>),
    /// Numbers without null, as a typed array has them.
    Numbers {
        /// What they are; `bool` has a byte each.
        of: ColumnType,
        /// Little-endian.
        #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
        bytes: Bytes,
    },
}
