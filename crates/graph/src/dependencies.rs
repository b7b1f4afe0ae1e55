//! Which blocks read which, for each kind of layer: arithmetic on grids, no table of edges.

use std::ops::Range;

use smallvec::SmallVec;

use crate::{Along, Axis, Combine, Grid, Kind, Layer, Operand, Origin, Pair, Partial, Pick, Reshape, reads};

/// A range of block numbers for each axis: all combinations are meant.
pub(crate) type BlockRanges = SmallVec<[Range<u64>; 4]>;

/// The dependency arithmetic of each kind, in both directions. `behind` must be exact for a single block;
/// for a box of blocks it gives the box around what they need.
impl Layer {
    /// The blocks of input number `input` that the blocks in `blocks` read.
    pub(crate) fn behind(&self, input: usize, blocks: &BlockRanges, grid: &Grid) -> BlockRanges {
        match &self.kind {
            Kind::Source(_)
            | Kind::Create(_)
            | Kind::Lent(_)
            | Kind::Reduce(_)
            | Kind::Scan(_)
            | Kind::Pair(_) => {
                unreachable!("has no inputs in a plan")
            }
            Kind::Call(call) => call.behind(input, blocks, grid),
            Kind::Linear(linear) => reads::behind(&linear.reads[input], blocks, grid),
            Kind::Tasks(_) => unreachable!("a plan knows the edges of tasks"),
            Kind::Map(map) => behind_operands(&map.operands, input, blocks),
            Kind::Paired(map) => behind_operands(&map.operands, input, &Pair::of_parts(blocks)),
            Kind::Partial(partial) => {
                behind_operands(&partial.map.operands, input, &with_reduced_axes(partial, blocks))
            }
            Kind::Permute(permute) => permute.behind(blocks),
            Kind::Reshape(_) => Reshape::behind(blocks, grid, &self.grid),
            Kind::Concatenate(concatenate) => concatenate.behind(input, blocks),
            Kind::Diagonal(diagonal) => diagonal.behind(blocks),
            Kind::Overlap(overlap) => overlap.behind(blocks, grid),
            Kind::Gather(_) => each_axis(blocks, |axis, range| {
                let wanted = self.grid.axes[axis].span(range);
                grid.axes[axis].cover(wanted.start, wanted.end)
            }),
            Kind::Select(select) => {
                let mut output = 0;
                let mut needed = BlockRanges::new();
                for pick in &select.selection {
                    let axis = needed.len();
                    match *pick {
                        Pick::NewAxis => output += 1,
                        Pick::Index { at } => {
                            let number = grid.axes[axis].locate(at);
                            needed.push(number..number + 1);
                        }
                        Pick::Slice { start, step } => {
                            let sliced = &self.grid.axes[output];
                            needed.push(grid.axes[axis].behind_slice(sliced, &blocks[output], start, step));
                            output += 1;
                        }
                    }
                }
                needed
            }
            Kind::Along(_) => Along::behind(input, blocks, grid),
            Kind::Carry(carry) => carry.behind(input, blocks),
            Kind::Scanned(scanned) if input + 1 < self.inputs.len() => {
                behind_operands(&scanned.map.operands, input, blocks)
            }
            Kind::Write(_) | Kind::Scanned(_) | Kind::Trim(_) => blocks.clone(),
            Kind::Take(_) => unreachable!("a table in the plan tells"),
            Kind::Assign(assign) => assign.behind(input, blocks, &self.grid, grid),
            Kind::Compress(compress) => compress.behind(input, blocks, &self.grid, grid),
            Kind::Combine(combine) => {
                let keepdims = combine.finish.as_ref().is_none_or(|finish| finish.keepdims);
                let mut output = 0;
                (0..grid.ndim())
                    .map(|axis| {
                        let reduced = combine.axes.iter().find(|reduced| reduced.axis as usize == axis);
                        let count = grid.axes[axis].blocks();
                        if reduced.is_some() && !keepdims {
                            return 0..count;
                        }
                        let range = blocks[output].clone();
                        output += 1;
                        match reduced.map(|reduced| u64::from(reduced.fan_in)) {
                            Some(fan_in) => range.start * fan_in..count.min(range.end * fan_in),
                            None => range,
                        }
                    })
                    .collect()
            }
        }
    }

    /// How many of the blocks in `wanted` read block `block` of input number `input`.
    pub(crate) fn ahead(&self, input: usize, block: &[u64], grid: &Grid, wanted: &BlockRanges) -> u64 {
        match &self.kind {
            Kind::Source(_)
            | Kind::Create(_)
            | Kind::Lent(_)
            | Kind::Reduce(_)
            | Kind::Scan(_)
            | Kind::Pair(_) => {
                unreachable!("has no inputs in a plan")
            }
            Kind::Call(call) => call.ahead(input, block, grid, wanted),
            Kind::Linear(linear) => reads::ahead(&linear.reads[input], block, grid, wanted),
            Kind::Tasks(_) => unreachable!("a plan knows the edges of tasks"),
            Kind::Write(_) => {
                u64::from(block.iter().zip(wanted).all(|(number, range)| range.contains(number)))
            }
            Kind::Map(map) => ahead_of_operands(&map.operands, input, block, wanted),
            Kind::Paired(map) => ahead_of_operands(&map.operands, input, block, &Pair::of_parts(wanted)),
            Kind::Partial(partial) => {
                ahead_of_operands(&partial.map.operands, input, block, &with_reduced_axes(partial, wanted))
            }
            Kind::Gather(_) => (0..grid.ndim())
                .map(|axis| {
                    let ours = &self.grid.axes[axis];
                    let users = grid.axes[axis].ahead_of_gather(ours, block[axis]);
                    ours.count_filled(&meet(&users, &wanted[axis]))
                })
                .product(),
            Kind::Select(select) => {
                let (mut axis, mut output, mut count) = (0, 0, 1);
                for pick in &select.selection {
                    match *pick {
                        Pick::NewAxis => output += 1,
                        Pick::Index { at } => {
                            count *= u64::from(grid.axes[axis].locate(at) == block[axis]);
                            axis += 1;
                        }
                        Pick::Slice { start, step } => {
                            let sliced = &self.grid.axes[output];
                            let users = grid.axes[axis].ahead_of_slice(sliced, block[axis], start, step);
                            count *= sliced.count_filled(&meet(&users, &wanted[output]));
                            axis += 1;
                            output += 1;
                        }
                    }
                }
                count
            }
            Kind::Permute(permute) => count_wanted(&permute.reader(block), wanted),
            Kind::Reshape(_) => count_wanted(&self.grid.unravel(grid.ravel(block)), wanted),
            Kind::Concatenate(concatenate) => u64::from(concatenate.is_wanted(input, block, wanted)),
            Kind::Diagonal(diagonal) => {
                diagonal.reader(block).map_or(0, |reader| count_wanted(&reader, wanted))
            }
            Kind::Overlap(overlap) => overlap.ahead(block, wanted),
            Kind::Along(_) => Along::ahead(input, block, grid, wanted),
            Kind::Carry(carry) => carry.ahead(input, block, wanted),
            Kind::Scanned(scanned) if input + 1 < self.inputs.len() => {
                ahead_of_operands(&scanned.map.operands, input, block, wanted)
            }
            Kind::Scanned(_) | Kind::Trim(_) => count_wanted(block, wanted),
            Kind::Take(_) => unreachable!("a table in the plan tells"),
            Kind::Assign(assign) => assign.ahead(input, block, grid, &self.grid, wanted),
            Kind::Compress(compress) => compress.ahead(input, block, grid, wanted),
            Kind::Combine(combine) => u64::from(combine.is_wanted(block, wanted)),
        }
    }

    /// The inputs of which the blocks in `blocks` may read something.
    pub(crate) fn inputs_behind(&self, blocks: &BlockRanges) -> Range<usize> {
        match &self.kind {
            Kind::Concatenate(concatenate) => concatenate.inputs(blocks),
            _ => 0..self.inputs.len(),
        }
    }
}

impl Combine {
    /// Whether the one node of the tree that a state goes into is wanted; a scan leaves out the last ones.
    fn is_wanted(&self, block: &[u64], wanted: &BlockRanges) -> bool {
        let keepdims = self.finish.as_ref().is_none_or(|finish| finish.keepdims);
        let mut ranges = wanted.iter();
        block.iter().enumerate().all(|(axis, &number)| {
            let reduced = self.axes.iter().find(|reduced| reduced.axis as usize == axis);
            let Some(range) = (reduced.is_none() || keepdims).then(|| ranges.next()).flatten() else {
                return true;
            };
            range.contains(&reduced.map_or(number, |reduced| number / u64::from(reduced.fan_in)))
        })
    }
}

/// Blocks of a partial stage as blocks of the grid that it reduces: where the stage gives the result at once and
/// reduced axes are gone, each had one block.
fn with_reduced_axes(partial: &Partial, blocks: &BlockRanges) -> BlockRanges {
    if partial.finish.as_ref().is_none_or(|finish| finish.keepdims) {
        // A result of two parts has an axis more.
        return blocks[..partial.element_grid.ndim()].iter().cloned().collect();
    }
    let mut kept = blocks.iter();
    (0..partial.element_grid.ndim())
        .map(|axis| {
            let reduced = partial.axes.iter().any(|&reduced| reduced as usize == axis);
            if reduced { 0..1 } else { kept.next().cloned().unwrap_or(0..0) }
        })
        .collect()
}

fn behind_operands(operands: &[Operand], input: usize, blocks: &BlockRanges) -> BlockRanges {
    let grid = &operand_from(operands, input).grid;
    let missing = blocks.len() - grid.ndim();
    let project = |(axis, range): (&Axis, &Range<u64>)| match axis.blocks() {
        1 if !range.is_empty() => 0..1,
        _ => range.clone(),
    };
    grid.axes.iter().zip(&blocks[missing..]).map(project).collect()
}

fn ahead_of_operands(operands: &[Operand], input: usize, block: &[u64], wanted: &BlockRanges) -> u64 {
    let grid = &operand_from(operands, input).grid;
    let missing = wanted.len() - grid.ndim();
    let repeats = wanted[..missing].iter().map(|range| range.end - range.start).product::<u64>();
    let count = |((axis, &number), range): ((&Axis, &u64), &Range<u64>)| match axis.blocks() {
        1 => range.end - range.start,
        _ => u64::from(range.contains(&number)),
    };
    repeats * grid.axes.iter().zip(block).zip(&wanted[missing..]).map(count).product::<u64>()
}

/// The operand that reads input number `input`; operands with the same input have the same grid.
fn operand_from(operands: &[Operand], input: usize) -> &Operand {
    operands
        .iter()
        .find(|operand| matches!(operand.origin, Origin::Input(slot) if slot as usize == input))
        .expect("every input of a program is an operand of it")
}

/// 1 if a block is wanted, else 0.
fn count_wanted(block: &[u64], wanted: &BlockRanges) -> u64 {
    u64::from(block.iter().zip(wanted).all(|(number, range)| range.contains(number)))
}

fn each_axis(blocks: &BlockRanges, needed: impl Fn(usize, &Range<u64>) -> Range<u64>) -> BlockRanges {
    blocks.iter().enumerate().map(|(axis, range)| needed(axis, range)).collect()
}

fn meet(a: &Range<u64>, b: &Range<u64>) -> Range<u64> {
    a.start.max(b.start)..a.end.min(b.end).max(a.start.max(b.start))
}

/// Makes a box the least one around itself and another.
pub(crate) fn widen(wanted: &mut BlockRanges, needed: &BlockRanges) {
    if needed.iter().any(Range::is_empty) {
        return;
    }
    for (wanted, needed) in wanted.iter_mut().zip(needed) {
        *wanted = if wanted.is_empty() {
            needed.clone()
        } else {
            wanted.start.min(needed.start)..wanted.end.max(needed.end)
        };
    }
}
