//! Two arrays whose elements take turns.

use serde::{Deserialize, Serialize};

use crate::dependencies::BlockRanges;
use crate::graph::{Check, ensure};
use crate::{Arg, Axis, Grid, Layer, Map, Operand, Origin, Program};

/// Complex numbers of their real parts, the first input, and their imaginary ones, the second: blocks of both with the
/// two parts along a last axis, which is new and in one chunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Pair {}

impl Pair {
    pub(crate) fn check(re: &Layer, im: &Layer, layer: &Layer) -> Check {
        ensure(re.dtype == layer.dtype && im.dtype == layer.dtype, || {
            format!("{} from parts of {} and {}", layer.dtype, re.dtype, im.dtype)
        })?;
        ensure(re.grid == im.grid, || "parts that are cut otherwise".into())?;
        let expected = re.grid.axes.iter().cloned().chain([Axis::regular(2, 2)]);
        ensure(layer.grid.axes.iter().cloned().eq(expected), || {
            "a grid that does not follow from the parts'".into()
        })
    }

    /// The program with both parts for results. Blocks of the layer have one axis more than its elements.
    pub(crate) fn lower(re: &Layer) -> Map {
        let operand = |slot| Operand { dtype: re.dtype, grid: re.grid.clone(), origin: Origin::Input(slot) };
        let program =
            Program { steps: Vec::new(), result: Arg::Operand(0), imaginary: Some(Arg::Operand(1)) };
        Map { program, operands: vec![operand(0), operand(1)] }
    }

    /// The blocks of parts that some blocks of pairs are of; none of none.
    pub(crate) fn of_parts(blocks: &BlockRanges) -> BlockRanges {
        let Some((both, parts)) = blocks.split_last() else { return BlockRanges::new() };
        parts.iter().map(|range| if both.is_empty() { 0..0 } else { range.clone() }).collect()
    }

    /// The grid of the elements of pairs with this one.
    pub(crate) fn elements(grid: &Grid) -> Grid {
        Grid::new(grid.axes[..grid.ndim() - 1].iter().cloned())
    }
}
