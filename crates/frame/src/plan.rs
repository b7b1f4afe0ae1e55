//! Plans: operations that lead to a frame.

use serde::{Deserialize, Serialize};

use crate::Operation;

/// A query. The last step gives the rows of the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Plan {
    /// Each uses earlier ones only.
    pub steps: Vec<Step>,
    /// Who executes it.
    pub engine: Engine,
}

/// An operation, and where its rows come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Step {
    /// The steps whose rows it takes.
    pub inputs: Vec<u32>,
    /// What it does with them.
    pub operation: Operation,
}

/// How a query is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Column by column, with all rows in memory.
    Memory,
    /// In batches of rows, so that files may be larger than memory.
    Streaming,
}

/// Where rows are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Target {
    /// Absolute path of a file in a folder that is there.
    pub path: String,
    /// What it becomes.
    pub format: Format,
}

/// A format that is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated values.
    Csv {
        /// Between two values; one character of ASCII.
        separator: String,
        /// Whether the first line is names.
        header: bool,
        /// Stands for null.
        null: String,
    },
    /// Apache Parquet.
    Parquet {
        /// `zstd`, `snappy`, `lz4`, `gzip` or `none`.
        compression: String,
        /// Rows of a group; as Polars likes them if there is no number.
        rows: Option<u32>,
    },
    /// A JSON object on each line.
    Jsonl,
    /// An Arrow IPC file.
    Ipc {
        /// `zstd`, `lz4` or `none`.
        compression: String,
    },
}
