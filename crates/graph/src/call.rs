//! Layers that call a function of the language above: which blocks each call is given.

use serde::{Deserialize, Serialize};

use crate::dependencies::BlockRanges;
use crate::{Grid, Read, reads};

/// No entry in a table that goes beside the graph.
pub const NONE: u32 = u32::MAX;

/// A JavaScript function of blocks of the inputs, called once for each block of the layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Call {
    /// Its number among the functions handed over beside the graph.
    pub function: u32,
    /// Its arguments, by their number among those handed over beside the graph; in them slot `n` is what is read
    /// of input `n`. `0xffffffff`: what is read of each input, in order.
    pub arguments: u32,
    /// What is read of each input.
    pub reads: Vec<Read>,
    /// Whether it gives any value at all rather than elements of the layer's type. Nothing but calls and tasks
    /// reads such blocks, and the layer's element type says nothing.
    pub values: bool,
    /// Whether it is told after its arguments which block it makes.
    pub info: bool,
}

impl Call {
    /// The blocks of an input that some blocks of the layer read.
    pub(crate) fn behind(&self, input: usize, blocks: &BlockRanges, grid: &Grid) -> BlockRanges {
        reads::behind(&self.reads[input], blocks, grid)
    }

    /// How many of the wanted blocks of the layer read a block of an input.
    pub(crate) fn ahead(&self, input: usize, block: &[u64], grid: &Grid, wanted: &BlockRanges) -> u64 {
        reads::ahead(&self.reads[input], block, grid, wanted)
    }
}
