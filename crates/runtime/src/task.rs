//! Executes one task: a function of its layer, its place and its input blocks, and of nothing else.

use bramble_array::{
    Accumulator, Block, Chunk, Feed, ReducedAxis, Reduction, Scanner, Shape, State, TILE, Window, along,
    compress, create, diagonal, element_count, memory, permute, select, to_shape, to_usize,
};
use bramble_graph::{
    Axis, Create, DType, Diagonal, Extent, Finish, Grid, Layer, LayerId, Overlap, Pick, Scalar, Select,
    slice_position,
};
use bramble_linear::{linear, linear_into};

use crate::TaskError;
use crate::inputs::Kept;
use crate::measure::shape_of;
use crate::overlap::copy_overlap;
use crate::prepare::{Elements, From, Prepared, Work};

impl Prepared {
    /// Makes a block of a layer of the blocks it reads, in the order of `Plan::dependencies`.
    pub(crate) fn execute(&self, id: LayerId, block: &[u64], inputs: &[Block]) -> Result<Block, TaskError> {
        let layer = &self.plan().layer(id).layer;
        Ok(match self.work(id) {
            Work::Source(reader) => {
                let mut feed = reader.feed(&layer.grid.extents(block))?;
                Block::Chunk(read_all(&mut *feed, layer.dtype, &layer.grid.block_shape(block))?)
            }
            Work::Create(made) => {
                let mut feed = make(made, layer.dtype, &layer.grid, block)?;
                Block::Chunk(read_all(&mut *feed, layer.dtype, &layer.grid.block_shape(block))?)
            }
            Work::Map(elements) => Block::Chunk(elements.evaluate(layer.dtype, block, inputs)?),
            Work::Paired(elements) => Block::Chunk(elements.evaluate_pairs(layer.dtype, block, inputs)?),
            Work::Partial { elements, reduction, axes, finish } => {
                let at = with_reduced_axes(block, axes, elements.grid.ndim(), finish.as_ref());
                let shape = elements.shape(&at, inputs)?;
                let mut accumulator = reduction.accumulator(&shape, axes)?;
                elements.reduce(&at, &shape, inputs, &mut accumulator)?;
                let state = reduction.locate(accumulator.finish(), &elements.reduced_axes(&at, axes))?;
                finish_state(*reduction, state, axes, finish.as_ref())?
            }
            Work::Combine { reduction, axes, finish } => {
                let parts: Vec<&State> = inputs.iter().map(state_of).collect::<Result<_, _>>()?;
                finish_state(*reduction, reduction.combine(&parts)?, axes, finish.as_ref())?
            }
            Work::Select(selection) => Block::Chunk(self.select(layer, selection, block, inputs)?),
            Work::Write(writer) => {
                let grid = &self.plan().layer(layer.inputs[0]).layer.grid;
                writer.write(&grid.extents(block), chunk_of(&inputs[0])?)?;
                Block::Chunk(receipt(layer.grid.ndim())?)
            }
            Work::Gather => {
                let kept: Vec<Kept> = inputs.iter().cloned().map(Kept::Memory).collect();
                Block::Chunk(self.gather(id, block, &kept)?)
            }
            Work::Called => unreachable!("calls go to executors outside"),
            Work::Lent => return Err(TaskError::Lent),
            Work::Permute(order) => Block::Chunk(permute(only_chunk(inputs)?, &order.axes)?),
            Work::Reshape => {
                let shape = to_shape(&layer.grid.block_shape(block))?;
                Block::Chunk(only_chunk(inputs)?.clone().reshape(&shape)?)
            }
            Work::Concatenate => Block::Chunk(only_chunk(inputs)?.clone()),
            Work::Diagonal(Diagonal { first, second }) => {
                Block::Chunk(diagonal(only_chunk(inputs)?, *first as usize, *second as usize)?)
            }
            Work::Along(function) => {
                let chunks = chunks_of(inputs)?;
                let length = to_usize(layer.grid.axes.last().map_or(1, Axis::total))?;
                Block::Chunk(along(&function.op, &function.axes, layer.dtype, length, &chunks)?)
            }
            Work::Overlap(overlap) => Block::Chunk(self.overlap(id, overlap, block, inputs)?),
            Work::Trim(trim) => {
                let shape = to_shape(&layer.grid.block_shape(block))?;
                let picks: Vec<Pick> =
                    trim.starts(block).into_iter().map(|start| Pick::Slice { start, step: 1 }).collect();
                Block::Chunk(select(only_chunk(inputs)?, &picks, &shape)?)
            }
            Work::Linear(op) => {
                let shape = to_shape(&layer.grid.block_shape(block))?;
                Block::Chunk(linear(*op, &shape, &chunks_of(inputs)?)?)
            }
            Work::Carry { reduction } => {
                let states: Vec<&State> = inputs.iter().map(state_of).collect::<Result<_, _>>()?;
                let has_groups = layer.inputs.len() > 1;
                let (before, totals) = match states.split_last() {
                    Some((&groups, totals)) if has_groups => (Some(groups), totals),
                    _ => (None, &states[..]),
                };
                Block::State(reduction.carry(before, totals)?)
            }
            Work::Scanned { elements, reduction, axis } => {
                let Some((carry, inputs)) = inputs.split_last() else {
                    return Err(TaskError::WrongBlock { expected: "a carry" });
                };
                let shape = elements.shape(block, inputs)?;
                let scanner = reduction.scanner(&shape, *axis, state_of(carry)?)?;
                Block::Chunk(elements.scan(layer.dtype, block, &shape, inputs, scanner)?)
            }
            Work::Take(taken) => Block::Chunk(self.take(id, taken, block, inputs)?),
            Work::Assign(assigned) => Block::Chunk(self.assign(id, assigned, block, inputs)?),
            Work::Compress { axis } => {
                let [elements, mask] = inputs else {
                    return Err(TaskError::WrongBlock { expected: "elements and a mask" });
                };
                Block::Chunk(compress(chunk_of(elements)?, chunk_of(mask)?, *axis)?)
            }
        })
    }

    /// Makes a block where it shall be.
    pub(crate) fn execute_into(
        &self,
        id: LayerId,
        block: &[u64],
        inputs: &[Block],
        mut window: Window<'_>,
    ) -> Result<(), TaskError> {
        let layer = &self.plan().layer(id).layer;
        match self.work(id) {
            Work::Source(reader) => {
                pour(&mut *reader.feed(&layer.grid.extents(block))?, layer, block, window)
            }
            Work::Create(made) => {
                pour(&mut *make(made, layer.dtype, &layer.grid, block)?, layer, block, window)
            }
            Work::Map(elements) => elements.evaluate_into(block, inputs, window),
            Work::Paired(elements) => elements.evaluate_pairs_into(block, inputs, window),
            Work::Linear(op) => {
                let shape = to_shape(&layer.grid.block_shape(block))?;
                Ok(linear_into(*op, &shape, &chunks_of(inputs)?, window)?)
            }
            _ => {
                window.push(chunk_of(&self.execute(id, block, inputs)?)?.bytes());
                Ok(())
            }
        }
    }

    /// Slices the one input block that an output block lies in.
    fn select(
        &self,
        layer: &Layer,
        select_: &Select,
        block: &[u64],
        inputs: &[Block],
    ) -> Result<Chunk, TaskError> {
        let input = inputs.first().map(chunk_of).transpose()?;
        let sliced = input_axes(&select_.selection);
        let shape = shape_of(&layer.grid, block, |axis| Some(input?.shape()[sliced[axis]?]))?;
        let Some(input) = input else { return Ok(Chunk::zeroed(layer.dtype, &shape)?) };
        let grid = &self.plan().layer(layer.inputs[0]).layer.grid;
        let picks = local_picks(&select_.selection, grid, &layer.grid.extents(block));
        Ok(select(input, &picks, &shape)?)
    }

    /// Copies a block and what lies around it.
    fn overlap(
        &self,
        id: LayerId,
        overlap: &Overlap,
        block: &[u64],
        inputs: &[Block],
    ) -> Result<Chunk, TaskError> {
        let layer = &self.plan().layer(id).layer;
        let grid = &self.plan().layer(layer.inputs[0]).layer.grid;
        let shape = to_shape(&layer.grid.block_shape(block))?;
        let mut around = Chunk::zeroed(layer.dtype, &shape)?;
        let Some(target) = around.bytes_mut() else {
            unreachable!("nobody shares a chunk that was just made")
        };
        let ours = overlap.extents(block, grid);
        for needed in self.plan().dependencies(id, block) {
            for (input, theirs) in inputs.iter().zip(needed.each()) {
                copy_overlap(chunk_of(input)?, &grid.extents(&theirs), target, &ours, &shape)?;
            }
        }
        Ok(around)
    }
}

impl Elements {
    /// Runs the program over a block and stores the result.
    fn evaluate(&self, dtype: DType, block: &[u64], inputs: &[Block]) -> Result<Chunk, TaskError> {
        let shape = self.shape(block, inputs)?;
        let mut chunk = Chunk::zeroed(dtype, &shape)?;
        let Some(out) = chunk.bytes_mut() else { unreachable!("nobody shares a chunk that was just made") };
        self.program.evaluate(&mut self.feeds(block, &shape, inputs)?, out)?;
        Ok(chunk)
    }

    /// Runs the program over a block and stores the result where it shall be.
    fn evaluate_into(
        &self,
        block: &[u64],
        inputs: &[Block],
        mut window: Window<'_>,
    ) -> Result<(), TaskError> {
        let shape = self.shape(block, inputs)?;
        let mut feeds = self.feeds(block, &shape, inputs)?;
        match window.as_slice() {
            Some(out) => self.program.evaluate(&mut feeds, out)?,
            None => self.program.each_tile(&mut feeds, element_count(&shape)?, |tile| {
                window.push(tile);
                Ok(())
            })?,
        }
        Ok(())
    }

    /// Runs a program with two results over a block and stores them in turns. The block has an axis more than the elements.
    fn evaluate_pairs(&self, dtype: DType, block: &[u64], inputs: &[Block]) -> Result<Chunk, TaskError> {
        let block = &block[..self.grid.ndim()];
        let mut shape = self.shape(block, inputs)?;
        let mut feeds = self.feeds(block, &shape, inputs)?;
        shape.push(2);
        let mut chunk = Chunk::zeroed(dtype, &shape)?;
        let Some(out) = chunk.bytes_mut() else { unreachable!("nobody shares a chunk that was just made") };
        self.program.evaluate_pairs(&mut feeds, out)?;
        Ok(chunk)
    }

    /// As [`Elements::evaluate_pairs`], to where the block shall be.
    fn evaluate_pairs_into(
        &self,
        block: &[u64],
        inputs: &[Block],
        mut window: Window<'_>,
    ) -> Result<(), TaskError> {
        let block = &block[..self.grid.ndim()];
        let shape = self.shape(block, inputs)?;
        let mut feeds = self.feeds(block, &shape, inputs)?;
        match window.as_slice() {
            Some(out) => self.program.evaluate_pairs(&mut feeds, out)?,
            None => self.program.each_tile_of_pairs(&mut feeds, element_count(&shape)?, |tile| {
                window.push(tile);
                Ok(())
            })?,
        }
        Ok(())
    }

    /// Runs the program over a block and scans the result, tile by tile.
    fn scan(
        &self,
        dtype: DType,
        block: &[u64],
        shape: &Shape,
        inputs: &[Block],
        mut scanner: Scanner,
    ) -> Result<Chunk, TaskError> {
        let mut chunk = Chunk::zeroed(dtype, shape)?;
        let Some(out) = chunk.bytes_mut() else { unreachable!("nobody shares a chunk that was just made") };
        let mut feeds = self.feeds(block, shape, inputs)?;
        self.program.scan(&mut feeds, element_count(shape)?, &mut scanner, out)?;
        Ok(chunk)
    }

    /// Runs the program over a block and feeds the result to an accumulator, tile by tile.
    fn reduce(
        &self,
        block: &[u64],
        shape: &Shape,
        inputs: &[Block],
        accumulator: &mut Accumulator,
    ) -> Result<(), TaskError> {
        let mut feeds = self.feeds(block, shape, inputs)?;
        Ok(self.program.reduce(&mut feeds, element_count(shape)?, accumulator)?)
    }

    /// The shape of a block; unknown lengths are those of an operand with the same axis.
    pub(crate) fn shape(&self, block: &[u64], inputs: &[Block]) -> Result<Shape, TaskError> {
        shape_of(&self.grid, block, |number| {
            let from_end = self.grid.ndim() - number;
            self.operands.iter().find_map(|operand| {
                let From::Input(input) = operand.from else { return None };
                let theirs = operand.grid.ndim().checked_sub(from_end)?;
                let carries = operand.grid.axes[theirs] == self.grid.axes[number];
                let chunk = chunk_of(inputs.get(input)?).ok()?;
                if carries { chunk.shape().get(theirs).copied() } else { None }
            })
        })
    }

    /// The reduced axes as a block sees them.
    pub(crate) fn reduced_axes(&self, block: &[u64], axes: &[u32]) -> Vec<ReducedAxis> {
        let at = |&axis: &u32| {
            let (axis, number) = (&self.grid.axes[axis as usize], block[axis as usize]);
            ReducedAxis { block: axis.extent(number), length: axis.total() }
        };
        axes.iter().map(at).collect()
    }

    pub(crate) fn feeds(
        &self,
        block: &[u64],
        shape: &Shape,
        inputs: &[Block],
    ) -> Result<Vec<Box<dyn Feed>>, TaskError> {
        let feeds = self.operands.iter().map(|operand| {
            Ok(match &operand.from {
                From::Input(number) => memory(chunk_of(&inputs[*number])?, shape)?,
                From::Reader(reader) => reader.feed(&operand.grid.extents(block))?,
                From::Create(made) => create(made, operand.dtype, shape, &starts(&operand.grid, block))?,
            })
        });
        feeds.collect()
    }
}

/// Says that a block was written.
fn receipt(ndim: usize) -> Result<Chunk, TaskError> {
    let shape: Shape = (0..ndim).map(|_| 1).collect();
    Ok(Chunk::from_scalar(DType::Bool, Scalar::Bool(true))?.reshape(&shape)?)
}

fn make(made: &Create, dtype: DType, grid: &Grid, block: &[u64]) -> Result<Box<dyn Feed>, TaskError> {
    Ok(create(made, dtype, &to_shape(&grid.block_shape(block))?, &starts(grid, block))?)
}

/// Where a block begins along each axis.
fn starts(grid: &Grid, block: &[u64]) -> Vec<u64> {
    grid.extents(block).iter().map(|extent| extent.start).collect()
}

fn read_all(feed: &mut dyn Feed, dtype: DType, shape: &[u64]) -> Result<Chunk, TaskError> {
    let mut chunk = Chunk::zeroed(dtype, &to_shape(shape)?)?;
    let Some(out) = chunk.bytes_mut() else { unreachable!("nobody shares a chunk that was just made") };
    feed.read_all(out).map_err(bramble_array::ArrayError::Feed)?;
    Ok(chunk)
}

/// Reads a block to where it shall be.
fn pour(feed: &mut dyn Feed, layer: &Layer, block: &[u64], mut window: Window<'_>) -> Result<(), TaskError> {
    let refused = bramble_array::ArrayError::Feed;
    if let Some(out) = window.as_slice() {
        return Ok(feed.read_all(out).map_err(refused)?);
    }
    let elements = element_count(&to_shape(&layer.grid.block_shape(block))?)?;
    for start in (0..elements).step_by(TILE) {
        window.push(feed.tile(start, TILE.min(elements - start)).map_err(refused)?);
    }
    Ok(())
}

pub(crate) fn finish_state(
    reduction: Reduction,
    state: State,
    axes: &[u32],
    finish: Option<&Finish>,
) -> Result<Block, TaskError> {
    Ok(match finish {
        Some(finish) => Block::Chunk(reduction.finish(&state, axes, finish)?),
        None => Block::State(state),
    })
}

/// The place of a partial stage's block in the grid that it reduces: where the stage gives the result and reduced
/// axes are gone, each had one block.
fn with_reduced_axes(block: &[u64], axes: &[u32], ndim: usize, finish: Option<&Finish>) -> Vec<u64> {
    if finish.is_none_or(|finish| finish.keepdims) {
        // A result of two parts has an axis more.
        return block[..ndim].to_vec();
    }
    let mut kept = block.iter();
    let number = |axis| if axes.contains(&axis) { 0 } else { kept.next().copied().unwrap_or(0) };
    (0..).take(ndim).map(number).collect()
}

/// The input axis that each output axis of a selection comes from; none for new axes.
fn input_axes(picks: &[Pick]) -> Vec<Option<usize>> {
    let mut inputs = 0..;
    let axis = |pick: &Pick| match pick {
        Pick::NewAxis => Some(None),
        Pick::Index { .. } => {
            inputs.next();
            None
        }
        Pick::Slice { .. } => Some(inputs.next()),
    };
    picks.iter().filter_map(axis).collect()
}

/// Picks relative to the input block that the output block at `extents` lies in.
fn local_picks(picks: &[Pick], grid: &Grid, extents: &[Extent]) -> Vec<Pick> {
    let mut axes = grid.axes.iter();
    let mut extents = extents.iter();
    let mut local = |position: u64| {
        let axis = axes.next().expect("a selection has an entry for each axis");
        position - axis.extent(axis.locate(position)).start
    };
    picks
        .iter()
        .map(|pick| match *pick {
            Pick::Index { at } => Pick::Index { at: local(at) },
            Pick::NewAxis => {
                extents.next();
                Pick::NewAxis
            }
            Pick::Slice { start, step } => {
                let first = extents.next().map_or(0, |extent| extent.start);
                Pick::Slice { start: local(slice_position(start, step, first)), step }
            }
        })
        .collect()
}

pub(crate) fn chunk_of(block: &Block) -> Result<&Chunk, TaskError> {
    match block {
        Block::Chunk(chunk) => Ok(chunk),
        Block::State(_) | Block::Value(_) => Err(TaskError::WrongBlock { expected: "a chunk" }),
    }
}

fn chunks_of(blocks: &[Block]) -> Result<Vec<&Chunk>, TaskError> {
    blocks.iter().map(chunk_of).collect()
}

/// The chunk of a task that reads one.
fn only_chunk(inputs: &[Block]) -> Result<&Chunk, TaskError> {
    inputs.first().ok_or(TaskError::WrongBlock { expected: "a chunk" }).and_then(chunk_of)
}

fn state_of(block: &Block) -> Result<&State, TaskError> {
    match block {
        Block::State(state) => Ok(state),
        Block::Chunk(_) | Block::Value(_) => {
            Err(TaskError::WrongBlock { expected: "the state of a reduction" })
        }
    }
}
