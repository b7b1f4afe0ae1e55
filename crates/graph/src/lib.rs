//! The data model under everything: a graph is a DAG of *layers*, and a layer says how every block of its
//! output comes from blocks of its inputs.
//!
//! The way of a graph through this crate:
//!
//! ```text
//! Graph            what TypeScript sends: one layer per operation, symbolic per axis
//!   └ optimise     slices move into sources, element-wise chains become one program, reductions take it in
//!       └ Plan     what executes: block ids, dependencies by arithmetic, how often each block is used
//!           └ Frontier   makes tasks one by one, depth first, and frees blocks when their last user has run
//! ```
//!
//! Architecture invariant: this crate knows no kernel and does no I/O. Operations are names, stores are
//! descriptions.

mod along;
mod annotations;
mod arrange;
mod assign;
mod axis_map;
mod call;
mod compress;
mod dependencies;
mod dtype;
mod error;
mod explain;
mod frontier;
mod graph;
mod grid;
mod layer;
mod linear;
pub mod optimise;
mod outline;
mod parts;
mod plan;
mod program;
mod reads;
mod ready;
mod scalar;
mod scan;
mod selection;
mod take;
mod tasks;
mod turns;
mod write;
mod zarr;

pub use along::{Along, AlongOp, Between, OrderPick};
pub use annotations::Annotations;
pub use arrange::{Border, Concatenate, Diagonal, Overlap, Pair, Permute, Reshape, Trim};
pub use assign::{Assign, Places};
pub use call::{Call, NONE};
pub use dtype::DType;
pub use error::GraphError;
pub use frontier::{Frontier, ReadyTask};
pub use graph::Graph;
pub use grid::{Axis, Block, Extent, Grid, Run};
pub use layer::{
    Combine, Compress, Create, Deflated, Finish, Gather, Kind, Layer, LayerId, Lent, Map, Operand, Origin,
    Partial, Raw, Reduce, ReduceAxis, Select, Source, Store,
};
pub use linear::{FourierOf, Linear, LinearOp};
pub use outline::{Outline, OutlineLayer, OutlineTask};
pub use plan::{BlockId, Dependency, Plan, PlanLayer};
pub use program::{Arg, Program, Step};
pub use reads::{Project, Read};
pub use scalar::Scalar;
pub use scan::{Carry, Scan, Scanned};
pub use selection::{Pick, Selection, slice_position};
pub use take::{Positions, Take, points};
pub use tasks::{Column, Tasks};
pub use turns::OutputTurns;
pub use write::{Attribute, AttributeValues, Bytes, NewHdf5, NewNpz, NewRaw, NewStack, Target, Write};
pub use zarr::{Codec, NewZarr, Shards, TextFile, Zarr};
