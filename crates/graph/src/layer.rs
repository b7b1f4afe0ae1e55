//! The kinds of layers. Most new operations are a row in a table of one kind, hardly ever a new kind.
//!
//! TypeScript sends most of them; the optimiser lowers [`Kind::Reduce`] to [`Kind::Partial`] and [`Kind::Combine`].

use serde::{Deserialize, Serialize};

use crate::{
    Along, Assign, Axis, Call, Carry, Concatenate, DType, Diagonal, Grid, Linear, Overlap, Pair, Permute,
    Program, Reshape, Scalar, Scan, Scanned, Selection, Take, Tasks, Trim, Write, Zarr,
};

/// Position of a layer in its graph. Inputs of a layer stand before it.
pub type LayerId = u32;

/// One step of a computation, for all blocks at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Layer {
    /// For people: in errors, progress and `explain()`, such as `sum-3f2a91`.
    pub name: String,
    /// Element type of the output.
    pub dtype: DType,
    /// Blocks of the output.
    pub grid: Grid,
    /// The layers whose blocks this one reads.
    pub inputs: Vec<LayerId>,
    /// What is done.
    pub kind: Kind,
    /// What is asked for its tasks, by its number among the graph's.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub annotations: Option<u32>,
}

impl Layer {
    /// Bytes of the largest block, where lengths are known.
    pub fn largest_block(&self) -> Option<u64> {
        let size = self.dtype.size() as u64;
        let lengths = self.grid.axes.iter().map(Axis::longest);
        self.grid.is_known().then(|| lengths.fold(size, u64::saturating_mul))
    }

    /// Bytes of all blocks together, where lengths are known.
    pub fn nbytes(&self) -> Option<u64> {
        let size = self.dtype.size() as u64;
        self.grid
            .is_known()
            .then(|| self.grid.shape().iter().fold(size, |bytes, &length| bytes.saturating_mul(length)))
    }
}

/// How a block of the output comes to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Read from a store. No inputs.
    Source(Source),
    /// Made from its position. No inputs.
    Create(Create),
    /// An element-wise program over blocks found by broadcasting.
    Map(Map),
    /// A reduction as it was written.
    Reduce(Reduce),
    /// One input block, sliced. One input.
    Select(Select),
    /// Stitched from all input blocks that it overlaps. One input.
    Gather(Gather),
    /// A JavaScript function of blocks.
    Call(Call),
    /// Tasks that were written one by one, each calling a JavaScript function.
    Tasks(Tasks),
    /// One input block with its axes in another order. One input.
    Permute(Permute),
    /// One input block under another shape. One input.
    Reshape(Reshape),
    /// One block of one of the inputs, which stand one behind the other.
    Concatenate(Concatenate),
    /// The diagonal of one input block. One input.
    Diagonal(Diagonal),
    /// The elements that a mask lets through. Two inputs.
    Compress(Compress),
    /// The elements at listed points. One input.
    Take(Take),
    /// Elements with values written over some. Two inputs.
    Assign(Assign),
    /// A receipt for each block of the input, which is written to a store. One input.
    Write(Write),
    /// A running reduction. One input.
    Scan(Scan),
    /// A function along axes of blocks.
    Along(Along),
    /// Two inputs whose elements take turns. Two inputs.
    Pair(Pair),
    /// Linear algebra of blocks.
    Linear(Linear),
    /// Blocks with what lies around them. One input.
    Overlap(Overlap),
    /// Blocks without their borders. One input.
    Trim(Trim),
    /// Blocks that another graph keeps on a cluster. No inputs.
    Lent(Lent),
    /// A program with two results, which take turns along a last axis.
    #[cfg_attr(feature = "typescript", ts(skip))]
    Paired(Box<Map>),
    /// The state of a reduction over one input block.
    #[cfg_attr(feature = "typescript", ts(skip))]
    Partial(Box<Partial>),
    /// The merged states of neighbouring blocks. One input.
    #[cfg_attr(feature = "typescript", ts(skip))]
    Combine(Combine),
    /// What the blocks before amount to. One input or two.
    #[cfg_attr(feature = "typescript", ts(skip))]
    Carry(Carry),
    /// Blocks scanned from their carries on.
    #[cfg_attr(feature = "typescript", ts(skip))]
    Scanned(Box<Scanned>),
}

impl Kind {
    /// Whether blocks are made by functions of the language above rather than by kernels.
    pub fn is_called(&self) -> bool {
        matches!(self, Kind::Call(_) | Kind::Tasks(_))
    }

    /// Whether blocks are values that only calls and tasks can read.
    pub fn gives_values(&self) -> bool {
        match self {
            Kind::Call(call) => call.values,
            Kind::Tasks(_) => true,
            Kind::Lent(lent) => lent.values,
            _ => false,
        }
    }
}

/// A region of a store. Element `i` of the output along an axis is the store's element that `selection`
/// names; the layer's grid says which part is which block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Source {
    /// Where the elements lie.
    pub store: Store,
    /// Elements of the whole store along each axis.
    #[cfg_attr(feature = "typescript", ts(type = "number[]"))]
    pub shape: Vec<u64>,
    /// What is read of it.
    pub selection: Selection,
    /// Chunk lengths of the store where a chunk must be decoded as a whole (compressed data), so that the
    /// optimiser can see to it that each is decoded once.
    #[cfg_attr(feature = "typescript", ts(type = "number[] | null"))]
    pub decoded_chunks: Option<Vec<u64>>,
}

/// Names a store. A description only: whoever executes opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Store {
    /// A typed array handed over beside the graph, in row-major order.
    Memory {
        /// Its number among those handed over.
        buffer: u32,
    },
    /// A dataset in an HDF5 file.
    Hdf5 {
        /// Absolute path of the file.
        path: String,
        /// Absolute path of the dataset in the file.
        dataset: String,
        /// What named the bytes of the file when it was looked into, if a server does: they must be these.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        tag: Option<String>,
    },
    /// Elements in a file as they are.
    Raw(Raw),
    /// An array in Zarr's format.
    Zarr(Zarr),
    /// Files that follow each other along an axis.
    Stack {
        /// Absolute path of the folder with `0.npy`, `1.npy` …
        path: String,
        /// The axis along which they follow each other.
        axis: u32,
        /// Elements of each file along it.
        files: Axis,
        /// Whether elements have their highest byte first.
        big_endian: bool,
    },
}

/// Where elements lie in a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Raw {
    /// Absolute path of the file.
    pub path: String,
    /// Position of the first element.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub offset: u64,
    /// Whether elements have their highest byte first.
    pub big_endian: bool,
    /// Whether the first axis runs fastest rather than the last one.
    pub fortran: bool,
    /// Set if they are deflated, as in a compressed `.npz`.
    pub deflated: Option<Deflated>,
    /// Bytes of the file when it was looked into.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub size: u64,
    /// What named its bytes then, if a server does: they must be these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub tag: Option<String>,
}

/// A stretch of a file that decodes to a header and elements behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Deflated {
    /// Bytes that it has in the file.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub bytes: u64,
    /// Bytes of the header.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub header: u64,
    /// CRC-32 of what it decodes to.
    pub checksum: u32,
}

/// How blocks are made from nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Create {
    /// The same value everywhere.
    Full {
        /// It takes the layer's element type.
        value: Scalar,
    },
    /// One axis: element `i` is `start + step * (first + i * stride)`, computed in the layer's element type.
    Arange {
        /// Value at position 0.
        start: Scalar,
        /// Difference between two positions.
        step: Scalar,
        /// Position of the layer's first element; slices move it.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        first: u64,
        /// Positions between two of the layer's elements; slices multiply it.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        stride: i64,
    },
    /// Random numbers: element `(i, j, …)` is number `first + i * strides[0] + j * strides[1] + …` of a sequence, of
    /// which any number can be had without those before it. So neither chunks nor slices change an element.
    ///
    /// Element type `uint64` has all 64 bits random; floats are uniform from 0 up to but not including 1.
    Random {
        /// Chooses the sequence: the two halves of Philox' key, each from its low 32 bits on.
        key: [u32; 4],
        /// Number of the layer's first element in the sequence; slices move it.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        first: u64,
        /// Numbers between two neighbours along each axis; slices multiply it.
        #[cfg_attr(feature = "typescript", ts(type = "number[]"))]
        strides: Vec<i64>,
    },
}

/// An element-wise program. Operands are broadcast against the layer's grid as NumPy does: axes align at the
/// end, and an operand's axis of total length 1 repeats. Along any other axis its chunks are the layer's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Elementwise"))]
pub struct Map {
    /// What is computed of the operands.
    pub program: Program,
    /// Where they come from.
    pub operands: Vec<Operand>,
}

/// An input of an element-wise program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Operand {
    /// Element type.
    pub dtype: DType,
    /// Its blocks.
    pub grid: Grid,
    /// Where its blocks come from.
    pub origin: Origin,
}

/// Where the blocks of an operand come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// From the n-th of the layer's inputs.
    Input(u32),
    /// Read while the program runs, tile by tile; made by fusion.
    #[cfg_attr(feature = "typescript", ts(skip))]
    Source(Source),
    /// Made while the program runs; made by fusion.
    #[cfg_attr(feature = "typescript", ts(skip))]
    Create(Create),
}

/// A reduction over axes, by a tree that depends on the grid alone: at each level `fan_in` neighbouring
/// blocks along every reduced axis become one, until one is left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Reduce {
    /// Name of the reduction, one of those the array crate lists.
    pub op: String,
    /// The axes that go, ascending; at least one unless the input is 0-d.
    pub axes: Vec<ReduceAxis>,
    /// Whether reduced axes stay, with length 1.
    pub keepdims: bool,
    /// What variances subtract from the number of elements; others take no notice.
    pub ddof: f64,
}

impl Reduce {
    /// Whether it takes complex numbers, which a layer of pairs gives, whose last axis stays.
    pub fn reads_pairs(&self) -> bool {
        self.op.starts_with("complex_")
    }
}

/// One axis of a reduction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ReduceAxis {
    /// Its number in the input.
    pub axis: u32,
    /// How many neighbouring blocks a node of the tree merges; at least 2.
    pub fan_in: u32,
}

/// Basic indexing. Every block of the output lies in one block of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Select {
    /// What is taken.
    pub selection: Selection,
}

/// The same elements in other chunks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Gather {}

/// The elements at which a mask is true, in row-major order. Inputs are the elements and the mask, which stands for
/// neighbouring axes of the elements and has their chunks. These axes become one, of unknown length, with a chunk for
/// each block of the mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Compress {
    /// Number of the first axis that the mask stands for.
    pub axis: u32,
}

/// Output blocks of a graph that a cluster keeps for a client. They can be had there alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Lent {
    /// The number that the cluster has for the client.
    pub client: u32,
    /// The client's number for the graph.
    pub run: u32,
    /// Number of the first block: the blocks of all outputs are numbered one behind the other.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub first: u64,
    /// Whether they are values that only calls and tasks can read.
    pub values: bool,
}

/// First stage of a reduction: a program whose results go straight into accumulators. The layer's grid has
/// all axes of the operands, each reduced one with a chunk of length 1 for every block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Partial {
    /// Name of the reduction.
    pub op: String,
    /// Numbers of the axes that go, ascending.
    pub axes: Vec<u32>,
    /// What is reduced.
    pub map: Map,
    /// Element type of the program's result.
    pub element: DType,
    /// Grid of the program's result.
    pub element_grid: Grid,
    /// Set where one block covers the reduced axes, so that the state becomes the result at once.
    pub finish: Option<Finish>,
}

/// A further stage: merges the states of up to `fan_in` neighbours along every reduced axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Combine {
    /// Name of the reduction.
    pub op: String,
    /// The axes that go and how many neighbours are merged along each.
    pub axes: Vec<ReduceAxis>,
    /// Element type that was reduced.
    pub element: DType,
    /// Set in the last stage.
    pub finish: Option<Finish>,
}

/// How a state becomes a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finish {
    /// Whether reduced axes stay, with length 1.
    pub keepdims: bool,
    /// What variances subtract from the count.
    pub ddof: f64,
}
