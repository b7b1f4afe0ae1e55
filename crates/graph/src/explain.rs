//! Graphs for people to read.

use std::fmt::Write;

use crate::optimise::optimise;
use crate::{Axis, Graph, Grid, Kind, Layer, Map, Origin, Program, Step, Store, Target};

impl Graph {
    /// The layers as they were written and as they will run, a line each.
    pub fn explain(&self) -> String {
        format!("as written\n{}\noptimised\n{}", describe(self), describe(&optimise(self, u64::MAX)))
    }
}

fn describe(graph: &Graph) -> String {
    let mut text = String::new();
    for (id, layer) in graph.layers.iter().enumerate() {
        let wanted = graph.outputs.iter().any(|&output| output as usize == id);
        let inputs: Vec<String> = layer.inputs.iter().map(|&input| format!("#{input}")).collect();
        let inputs = if inputs.is_empty() { String::new() } else { format!(" of {}", inputs.join(", ")) };
        writeln!(
            text,
            "{} #{id} {}: {}{inputs} -> {} {} in {} blocks",
            if wanted { "*" } else { " " },
            layer.name,
            describe_kind(layer),
            layer.dtype,
            describe_grid(&layer.grid),
            layer.grid.block_count(),
        )
        .expect("writing to a string");
    }
    text
}

fn describe_grid(grid: &Grid) -> String {
    let length = |axis: &Axis| if axis.is_known() { axis.total().to_string() } else { "unknown".into() };
    let shape: Vec<String> = grid.axes.iter().map(length).collect();
    let chunks: Vec<String> = grid.axes.iter().map(describe_axis).collect();
    format!("({}) by ({})", shape.join(", "), chunks.join(", "))
}

fn describe_axis(axis: &Axis) -> String {
    if !axis.is_known() {
        return "unknown".into();
    }
    let regular = axis.runs.len() == 1 || axis.runs.len() == 2 && axis.runs[1].count == 1;
    if regular { axis.runs[0].length.to_string() } else { "varying".into() }
}

pub(crate) fn describe_kind(layer: &Layer) -> String {
    match &layer.kind {
        Kind::Source(source) => format!("read {}", describe_store(&source.store)),
        Kind::Create(_) => "create".into(),
        Kind::Map(map) => format!("map {}", describe_map(map)),
        Kind::Reduce(reduce) => {
            format!(
                "{} over axes {:?}",
                reduce.op,
                reduce.axes.iter().map(|axis| axis.axis).collect::<Vec<_>>()
            )
        }
        Kind::Select(_) => "slice".into(),
        Kind::Gather(_) => "rechunk".into(),
        Kind::Call(call) => format!("call function {}", call.function),
        Kind::Tasks(tasks) => format!("{} tasks", tasks.len()),
        Kind::Permute(permute) => format!("transpose to {:?}", permute.axes),
        Kind::Reshape(_) => "reshape".into(),
        Kind::Concatenate(concatenate) => format!("concatenate along {}", concatenate.axis),
        Kind::Pair(_) => "pair".into(),
        Kind::Diagonal(diagonal) => format!("diagonal of {} and {}", diagonal.first, diagonal.second),
        Kind::Compress(_) => "mask".into(),
        Kind::Write(write) => format!("write {}", describe_target(&write.target)),
        Kind::Scan(scan) => format!("running {} along {}", scan.op, scan.axis),
        Kind::Along(along) => format!("{} along {:?}", along.op.name(), along.axes),
        Kind::Overlap(_) => "overlap".into(),
        Kind::Trim(_) => "trim".into(),
        Kind::Lent(lent) => format!("kept by graph {} of client {}", lent.run, lent.client),
        Kind::Linear(linear) => linear.op.name().into(),
        Kind::Carry(carry) => format!("{} of the blocks before", carry.op),
        Kind::Scanned(scanned) => format!("running {} of {}", scanned.op, describe_map(&scanned.map)),
        Kind::Take(take) => format!("take {} points along {:?}", take.count(), take.axes),
        Kind::Assign(_) => "assign".into(),
        Kind::Paired(map) => format!("pair {}", describe_map(map)),
        Kind::Partial(partial) => format!("{} of each block of {}", partial.op, describe_map(&partial.map)),
        Kind::Combine(combine) => format!("merge {}", combine.op),
    }
}

fn describe_store(store: &Store) -> String {
    match store {
        Store::Memory { buffer } => format!("memory {buffer}"),
        Store::Hdf5 { path, dataset, .. } => format!("{path}:{dataset}"),
        Store::Raw(raw) => raw.path.clone(),
        Store::Zarr(zarr) => zarr.path.clone(),
        Store::Stack { path, .. } => format!("{path}/*.npy"),
    }
}

fn describe_target(target: &Target) -> String {
    match target {
        Target::Hdf5(new) => format!("{}:{}", new.path, new.dataset),
        Target::Raw(new) => new.path.clone(),
        Target::Zarr(new) => new.array.path.clone(),
        Target::Stack(new) => format!("{}/*.npy", new.path),
        Target::Npz(new) => format!("{}:{}", new.path, new.member),
        Target::Stored(store) => describe_store(store),
    }
}

fn describe_map(map: &Map) -> String {
    let operands: Vec<String> = map
        .operands
        .iter()
        .map(|operand| match &operand.origin {
            Origin::Input(slot) => format!("input {slot}"),
            Origin::Source(source) => describe_store(&source.store),
            Origin::Create(_) => "create".into(),
        })
        .collect();
    format!("[{}]({})", describe_program(&map.program), operands.join(", "))
}

fn describe_program(program: &Program) -> String {
    let steps = program.steps.iter().map(|step| match step {
        Step::Apply { op, dtype, .. } => format!("{op}.{dtype}"),
        Step::Cast { to, .. } => format!("to {to}"),
    });
    steps.collect::<Vec<_>>().join(", ")
}
