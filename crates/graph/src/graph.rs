//! A graph as it travels: layers in topological order and the ones that are wanted.

use serde::{Deserialize, Serialize};

use crate::reads::check_reads;
use crate::selection::slice_position;
use crate::tasks::check_tasks;
use crate::write::check_write;
use crate::zarr::check_zarr;
use crate::{
    Annotations, Arg, Axis, Create, GraphError, Grid, Kind, Layer, LayerId, Map, NONE, Operand, Origin, Pair,
    Pick, Program, Reduce, Reshape, Select, Source, Store,
};

/// A DAG of layers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Graph {
    /// Inputs of a layer stand before it.
    pub layers: Vec<Layer>,
    /// The layers whose blocks are the answer.
    pub outputs: Vec<LayerId>,
    /// What is asked for tasks, by the numbers that layers have for it.
    #[serde(default)]
    pub annotations: Vec<Annotations>,
}

impl Graph {
    /// Reads and checks a graph in MessagePack.
    ///
    /// # Errors
    /// When the bytes are no graph, or a layer contradicts itself or its inputs. A graph that passes can be
    /// optimised and planned without a panic, whoever sent it.
    pub fn decode(bytes: &[u8]) -> Result<Graph, GraphError> {
        let graph: Graph = rmp_serde::from_slice(bytes)?;
        graph.validate()?;
        Ok(graph)
    }

    /// The graph in MessagePack, with names of fields, as [`Graph::decode`] reads it.
    ///
    /// # Panics
    /// Never: layers are plain data.
    pub fn encode(&self) -> Vec<u8> {
        rmp_serde::to_vec_named(self).expect("layers are plain data")
    }

    /// Checks what [`Graph::decode`] checks.
    ///
    /// # Errors
    /// The first contradiction found.
    pub fn validate(&self) -> Result<(), GraphError> {
        for (id, layer) in self.layers.iter().enumerate() {
            let checked = check_layer(&self.layers[..id], layer);
            checked.and_then(|()| self.check_annotations(layer)).map_err(|problem| GraphError::Layer {
                layer: LayerId::try_from(id).unwrap_or(LayerId::MAX),
                name: layer.name.clone(),
                problem,
            })?;
        }
        match self.outputs.iter().find(|&&output| output as usize >= self.layers.len()) {
            Some(&output) => Err(GraphError::Output { output, layers: self.layers.len() }),
            None => Ok(()),
        }
    }

    fn check_annotations(&self, layer: &Layer) -> Check {
        let check = |number: u32| match self.annotations.get(number as usize) {
            Some(annotations) => annotations.check(),
            None => Err(format!("annotations {number} of {}", self.annotations.len())),
        };
        layer.annotations.map_or(Ok(()), check)?;
        let Kind::Tasks(tasks) = &layer.kind else { return Ok(()) };
        tasks.annotations.iter().filter(|&&number| number != NONE).try_for_each(|&number| check(number))
    }

    /// A layer by its id.
    pub fn layer(&self, id: LayerId) -> &Layer {
        &self.layers[id as usize]
    }

    /// How many layers and outputs read each layer; one that reads it twice counts once.
    pub(crate) fn use_counts(&self) -> Vec<u32> {
        let mut counts = vec![0; self.layers.len()];
        for layer in &self.layers {
            for (slot, &id) in layer.inputs.iter().enumerate() {
                counts[id as usize] += u32::from(!layer.inputs[..slot].contains(&id));
            }
        }
        for &id in &self.outputs {
            counts[id as usize] += 1;
        }
        counts
    }
}

pub(crate) type Check = Result<(), String>;

pub(crate) fn ensure(condition: bool, problem: impl FnOnce() -> String) -> Check {
    if condition { Ok(()) } else { Err(problem()) }
}

fn check_layer(before: &[Layer], layer: &Layer) -> Check {
    check_grid(&layer.grid)?;
    for &input in &layer.inputs {
        ensure((input as usize) < before.len(), || format!("input {input} does not stand before it"))?;
    }
    let input = |expected: usize| {
        ensure(layer.inputs.len() == expected, || {
            format!("expected {expected} inputs, got {}", layer.inputs.len())
        })
    };
    let first = || &before[layer.inputs[0] as usize];
    let inputs = layer.inputs.iter().map(|&input| &before[input as usize]);
    if !layer.kind.is_called() {
        ensure(inputs.clone().all(|input| !input.kind.gives_values()), || {
            "a kernel that reads values of functions".into()
        })?;
    }
    match &layer.kind {
        Kind::Source(source) => input(0).and_then(|()| check_source(source, &layer.grid)),
        Kind::Create(create) => input(0).and_then(|()| check_create(create, &layer.grid)),
        Kind::Lent(_) => input(0),
        Kind::Map(map) => check_map(map, before, layer),
        Kind::Reduce(reduce) => input(1).and_then(|()| check_reduce(reduce, first(), &layer.grid)),
        Kind::Select(select) => input(1).and_then(|()| check_select(select, first(), layer)),
        Kind::Gather(_) => {
            input(1)?;
            check_gather(&first().grid, &layer.grid)?;
            check_dtype(first(), layer)
        }
        Kind::Call(call) => check_reads(&call.reads, &inputs.collect::<Vec<_>>(), &layer.grid),
        Kind::Linear(linear) => linear.check(&inputs.collect::<Vec<_>>(), layer),
        Kind::Tasks(tasks) => check_tasks(tasks, &inputs.collect::<Vec<_>>(), layer),
        Kind::Permute(permute) => {
            input(1)?;
            check_dtype(first(), layer)?;
            permute.check(&first().grid, &layer.grid)
        }
        Kind::Reshape(_) => {
            input(1)?;
            check_dtype(first(), layer)?;
            Reshape::check(&first().grid, &layer.grid)
        }
        Kind::Diagonal(diagonal) => {
            input(1)?;
            check_dtype(first(), layer)?;
            diagonal.check(&first().grid, &layer.grid)
        }
        Kind::Pair(_) => {
            input(2)?;
            Pair::check(first(), &before[layer.inputs[1] as usize], layer)
        }
        Kind::Overlap(overlap) => {
            input(1)?;
            check_dtype(first(), layer)?;
            overlap.check(&first().grid, &layer.grid)
        }
        Kind::Trim(trim) => {
            input(1)?;
            check_dtype(first(), layer)?;
            trim.check(&first().grid, &layer.grid)
        }
        Kind::Concatenate(concatenate) => {
            let inputs = || layer.inputs.iter().map(|&input| &before[input as usize]);
            inputs().try_for_each(|input| check_dtype(input, layer))?;
            concatenate.check(inputs().map(|input| &input.grid), &layer.grid)
        }
        Kind::Take(take) => {
            input(1)?;
            check_dtype(first(), layer)?;
            take.check(&first().grid, &layer.grid)
        }
        Kind::Assign(assign) => {
            input(2)?;
            assign.check(first(), &before[layer.inputs[1] as usize], layer)
        }
        Kind::Compress(compress) => {
            input(2)?;
            check_dtype(first(), layer)?;
            compress.check(first(), &before[layer.inputs[1] as usize], &layer.grid)
        }
        Kind::Write(write) => {
            input(1)?;
            check_selection(&write.selection, &write.shape, &first().grid)?;
            check_write(write, first(), layer)
        }
        Kind::Scan(scan) => input(1).and_then(|()| scan.check(&first().grid, &layer.grid)),
        Kind::Along(along) => along.check(&inputs.collect::<Vec<_>>(), &layer.grid),
        Kind::Paired(_) | Kind::Partial(_) | Kind::Combine(_) | Kind::Carry(_) | Kind::Scanned(_) => {
            Err("a stage of the optimiser's own in a graph that was sent".into())
        }
    }
}

fn check_dtype(input: &Layer, layer: &Layer) -> Check {
    ensure(input.dtype == layer.dtype, || format!("{} from an input of {}", layer.dtype, input.dtype))
}

/// Chunks must add up without overflow, so that all later arithmetic is safe in 64 bits.
fn check_grid(grid: &Grid) -> Check {
    let mut elements: u64 = 8;
    let mut blocks: u64 = 1;
    for axis in &grid.axes {
        let mut total: u64 = 0;
        let mut count: u64 = 0;
        for run in &axis.runs {
            ensure(run.count > 0, || "a run of no chunks".into())?;
            let length = run.length.checked_mul(run.count);
            total = length.and_then(|n| total.checked_add(n)).ok_or("an axis longer than 64 bits")?;
            count = count.checked_add(run.count).ok_or("more chunks than 64 bits count")?;
        }
        ensure(count > 0, || "an axis without a chunk".into())?;
        ensure(i64::try_from(total).is_ok(), || "an axis longer than 63 bits".into())?;
        elements = elements.checked_mul(total.max(1)).ok_or("an array larger than 64 bits count")?;
        blocks = blocks.checked_mul(count).ok_or("more blocks than 64 bits count")?;
    }
    Ok(())
}

/// A selection must stay inside `shape` and give axes as long as the grid's.
fn check_selection(selection: &[Pick], shape: &[u64], grid: &Grid) -> Check {
    let mut shape = shape.iter();
    let mut axes = grid.axes.iter();
    for pick in selection {
        match *pick {
            Pick::NewAxis => {
                let axis = axes.next().ok_or("a selection with more axes than its grid")?;
                ensure(axis.total() == 1, || format!("a new axis of length {}", axis.total()))?;
            }
            Pick::Index { at } => {
                let length = *shape.next().ok_or("a selection with more axes than its input")?;
                ensure(at < length, || format!("index {at} on an axis of {length}"))?;
            }
            Pick::Slice { start, step } => {
                let length = *shape.next().ok_or("a selection with more axes than its input")?;
                let count = axes.next().ok_or("a selection with more axes than its grid")?.total();
                ensure(step != 0, || "a slice with step 0".into())?;
                let last = i128::from(start) + i128::from(step) * (i128::from(count) - 1);
                let inside = start < length && (0..i128::from(length)).contains(&last);
                ensure(count == 0 || inside, || {
                    format!("a slice from {start} by {step}, {count} elements, on an axis of {length}")
                })?;
            }
        }
    }
    ensure(shape.next().is_none(), || "a selection with fewer axes than its input".into())?;
    ensure(axes.next().is_none(), || "a selection with fewer axes than its grid".into())
}

fn check_gather(input: &Grid, output: &Grid) -> Check {
    ensure(input.shape() == output.shape(), || "gather changes the shape".into())?;
    for (before, after) in input.axes.iter().zip(&output.axes) {
        ensure(before == after || before.is_known() && after.is_known(), || {
            "gather cuts an axis of unknown length".into()
        })?;
    }
    Ok(())
}

fn check_known(grid: &Grid) -> Check {
    ensure(grid.is_known(), || "unknown lengths in a layer without inputs".into())
}

fn check_source(source: &Source, grid: &Grid) -> Check {
    check_known(grid)?;
    let size = source.shape.iter().try_fold(8_u64, |size, &length| size.checked_mul(length.max(1)));
    ensure(size.is_some(), || "a store larger than 64 bits count".into())?;
    ensure(source.shape.iter().all(|&length| i64::try_from(length).is_ok()), || {
        "a store with an axis longer than 63 bits".into()
    })?;
    if let Some(chunks) = &source.decoded_chunks {
        ensure(chunks.len() == source.shape.len() && chunks.iter().all(|&length| length > 0), || {
            format!("chunks {chunks:?} of a store of shape {:?}", source.shape)
        })?;
    }
    if let Store::Zarr(zarr) = &source.store {
        check_zarr(zarr, source.shape.len())?;
    }
    check_selection(&source.selection, &source.shape, grid)
}

fn check_create(create: &Create, grid: &Grid) -> Check {
    check_known(grid)?;
    match create {
        Create::Full { .. } => Ok(()),
        Create::Arange { .. } => ensure(grid.ndim() == 1, || format!("arange of {} axes", grid.ndim())),
        Create::Random { strides, .. } => ensure(strides.len() == grid.ndim(), || {
            format!("random numbers with {} strides for {} axes", strides.len(), grid.ndim())
        }),
    }
}

fn check_select(select: &Select, input: &Layer, layer: &Layer) -> Check {
    check_dtype(input, layer)?;
    check_selection(&select.selection, &input.grid.shape(), &layer.grid)?;
    let mut inputs = input.grid.axes.iter();
    let mut outputs = layer.grid.axes.iter();
    for pick in &select.selection {
        match *pick {
            Pick::NewAxis => drop(outputs.next()),
            Pick::Index { .. } => {
                let is_known = inputs.next().is_none_or(Axis::is_known);
                ensure(is_known, || "an index on an axis of unknown length".into())?;
            }
            Pick::Slice { start, step } => {
                if let (Some(input), Some(output)) = (inputs.next(), outputs.next()) {
                    let is_whole = (start, step) == (0, 1) && input == output;
                    ensure(is_whole || input.is_known() && output.is_known(), || {
                        "a slice of an axis of unknown length".into()
                    })?;
                    check_follows_borders(input, output, start, step)?;
                }
            }
        }
    }
    Ok(())
}

/// Every chunk of a slice must lie within one chunk of what it slices. Checked on the runs' ends where there
/// are many chunks: a chunk that crosses a border elsewhere is found by [`crate::Axis::extent`] arithmetic when
/// it runs, and then is an error and no wrong answer.
fn check_follows_borders(input: &Axis, output: &Axis, start: u64, step: i64) -> Check {
    const MOST: u64 = 1024;
    let blocks = output.blocks();
    for block in (0..blocks.min(MOST)).chain(blocks.saturating_sub(MOST).max(MOST)..blocks) {
        let extent = output.extent(block);
        if extent.length == 0 {
            continue;
        }
        let first = slice_position(start, step, extent.start);
        let last = slice_position(start, step, extent.end() - 1);
        ensure(input.locate(first) == input.locate(last), || {
            format!("chunk {block} of a slice lies in several chunks of its input")
        })?;
    }
    Ok(())
}

fn check_reduce(reduce: &Reduce, input: &Layer, output: &Grid) -> Check {
    if reduce.reads_pairs() {
        let parts = input.grid.ndim().saturating_sub(1);
        let keeps_parts = reduce.axes.iter().all(|reduced| (reduced.axis as usize) < parts);
        ensure(matches!(input.kind, Kind::Pair(_)) && keeps_parts, || {
            format!("{} of what is no layer of pairs, or of both parts", reduce.op)
        })?;
    }
    let mut expected = Vec::new();
    let mut reduced = reduce.axes.iter().peekable();
    for (number, axis) in input.grid.axes.iter().enumerate() {
        match reduced.next_if(|reduced| reduced.axis as usize == number) {
            Some(reduced) => {
                ensure(reduced.fan_in >= 2, || format!("a fan-in of {}", reduced.fan_in))?;
                if reduce.keepdims {
                    expected.push(Axis::regular(1, 1));
                }
            }
            None => expected.push(axis.clone()),
        }
    }
    ensure(reduced.next().is_none(), || "reduced axes that are not ascending numbers of the input's".into())?;
    ensure(output.axes[..] == expected[..], || "a grid that does not follow from the reduced axes".into())
}

fn check_map(map: &Map, before: &[Layer], layer: &Layer) -> Check {
    for operand in &map.operands {
        check_operand(operand, before, layer)?;
    }
    for (number, axis) in layer.grid.axes.iter().enumerate() {
        let from_end = layer.grid.ndim() - number;
        let is_carried = map.operands.iter().any(|operand| {
            let axes = &operand.grid.axes;
            axes.len() >= from_end && axes[axes.len() - from_end] == *axis
        });
        ensure(axis.is_known() || is_carried, || format!("no operand knows the lengths of axis {number}"))?;
    }
    check_program(&map.program, map.operands.len())
}

fn check_operand(operand: &Operand, before: &[Layer], layer: &Layer) -> Check {
    let Origin::Input(slot) = operand.origin else {
        return Err("an operand that the optimiser made in a graph that was sent".into());
    };
    let input = *layer.inputs.get(slot as usize).ok_or_else(|| format!("an operand from input {slot}"))?;
    let input = &before[input as usize];
    ensure(input.grid == operand.grid && input.dtype == operand.dtype, || {
        format!("an operand that differs from its input {}", input.name)
    })?;
    ensure(operand.grid.ndim() <= layer.grid.ndim(), || "an operand with more axes than the result".into())?;
    let offset = layer.grid.ndim() - operand.grid.ndim();
    for (axis, theirs) in operand.grid.axes.iter().enumerate() {
        let ours = &layer.grid.axes[offset + axis];
        ensure(theirs == ours || theirs.is_single(), || {
            format!("an operand whose axis {axis} neither repeats nor has the chunks of the result")
        })?;
    }
    Ok(())
}

fn check_program(program: &Program, operands: usize) -> Check {
    let check = |arg: &Arg, steps: usize| match *arg {
        Arg::Operand(number) => {
            ensure((number as usize) < operands, || format!("operand {number} of {operands}"))
        }
        Arg::Step(number) => {
            ensure((number as usize) < steps, || format!("step {number} used before its turn"))
        }
        Arg::Const(_) => Ok(()),
    };
    for (number, step) in program.steps.iter().enumerate() {
        step.args().iter().try_for_each(|arg| check(arg, number))?;
    }
    ensure(!matches!(program.result, Arg::Const(_)), || "a program whose result is a constant".into())?;
    ensure(program.imaginary.is_none(), || "a second result, which is the optimiser's own".into())?;
    check(&program.result, program.steps.len())
}
