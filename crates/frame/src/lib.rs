//! Data frames: plans of queries as they travel, and Polars that executes them.
//!
//! ```text
//! Plan             what TypeScript sends: operations, each with the operations whose rows it takes
//!   └ schema       the columns of one operation, from those of its inputs; reads nothing
//!   └ query        the plan as one lazy query of Polars, which optimises it as a whole
//!       └ collect  rows as an Arrow stream
//!       └ stash    the same into a file, where they wait for the rest of a larger query
//!       └ write    rows into a file, whole or not at all
//!       └ deal     rows as shards for other pieces of a larger query
//! ```
//!
//! Architecture invariant: plans are data of our own. Without the feature `polars` this crate is only the
//! declarations, from which the TypeScript types are generated, and no plan depends on a version of Polars.

// What tests within the crate share with those around it names the crate.
#[cfg(test)]
extern crate self as bramble_frame;

mod column_type;
mod data;
#[cfg(feature = "polars")]
mod engine;
mod exchange;
mod expression;
mod function;
mod operation;
mod plan;
mod scan;

pub use column_type::{Column, ColumnType, TimeUnit};
pub use data::{ColumnData, Values};
#[cfg(feature = "polars")]
pub use engine::{
    FrameError, Frames, KeptRows, Rows, Sheet, Stash, Stashed, collect, cut, deal, explain, hold, make,
    scan_schema, schema, stash, write, write_metadata,
};
pub use exchange::{Deal, Ranges};
pub use expression::{Bytes, Case, Expression, Value};
pub use function::Function;
pub use operation::{Closed, GroupBy, How, Join, Keep, Label, Operation, Order, Unpivot, Windows};
pub use plan::{Engine, Format, Plan, Step, Target};
pub use scan::{CsvOptions, Range, Scan, ScanFormat, StoredObject};
