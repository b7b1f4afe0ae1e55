//! Graphs for tests.

#![expect(clippy::unwrap_used, unreachable_pub, reason = "helpers of tests")]
#![allow(dead_code, reason = "each test uses some of them")]

use std::collections::BTreeMap;

use bramble_graph::{
    Along, AlongOp, Annotations, Arg, Axis, Border, Bytes, Call, Column, Compress, Concatenate, DType,
    Diagonal, Gather, Graph, Grid, Kind, Layer, LayerId, Linear, LinearOp, Map, NONE, NewRaw, Operand,
    Origin, Overlap, Pair, Permute, Pick, Program, Project, Read, Reduce, ReduceAxis, Reshape, Run, Scalar,
    Scan, Select, Source, Step, Store, Target, Tasks, Trim, Write,
};

/// Builds graphs layer by layer.
#[derive(Default)]
pub struct Graphs {
    layers: Vec<Layer>,
    annotations: Vec<Annotations>,
}

impl Graphs {
    fn add(&mut self, grid: Grid, inputs: &[LayerId], kind: Kind) -> LayerId {
        let name = format!("layer-{}", self.layers.len());
        self.layers.push(Layer {
            name,
            dtype: DType::Float64,
            grid,
            inputs: inputs.to_vec(),
            kind,
            annotations: None,
        });
        LayerId::try_from(self.layers.len() - 1).unwrap()
    }

    fn grid(&self, layer: LayerId) -> Grid {
        self.layers[layer as usize].grid.clone()
    }

    /// A stored array; compressed ones are read in their own chunks of 3.
    pub fn source(&mut self, grid: Grid, compressed: bool) -> LayerId {
        let shape = grid.shape().to_vec();
        let buffer = u32::try_from(self.layers.len()).unwrap();
        let source = Source {
            store: Store::Memory { buffer },
            selection: vec![Pick::ALL; shape.len()],
            decoded_chunks: compressed.then(|| vec![3; shape.len()]),
            shape,
        };
        self.add(grid, &[], Kind::Source(source))
    }

    pub fn map(&mut self, grid: Grid, inputs: &[LayerId]) -> LayerId {
        let operands: Vec<Operand> = (0..)
            .zip(inputs)
            .map(|(slot, &input)| Operand {
                dtype: DType::Float64,
                grid: self.grid(input),
                origin: Origin::Input(slot),
            })
            .collect();
        let mut args: Vec<Arg> = (0..).take(inputs.len()).map(Arg::Operand).collect();
        args.resize(2, Arg::Const(Scalar::Int(2)));
        let step = Step::Apply { op: "add".into(), dtype: DType::Float64, args };
        self.add(
            grid,
            inputs,
            Kind::Map(Map {
                program: Program { steps: vec![step], result: Arg::Step(0), imaginary: None },
                operands,
            }),
        )
    }

    /// The elements of layer `input` at which a stored mask over its first axes is true.
    pub fn compress(&mut self, input: LayerId, masked: usize) -> LayerId {
        let grid = self.grid(input);
        let mask = self.source(Grid::new(grid.axes[..masked].iter().cloned()), false);
        self.layers[mask as usize].dtype = DType::Bool;
        let count = self.grid(mask).block_count();
        let unknown =
            Axis { runs: smallvec::smallvec![Run { length: 1, count, unknown: Some(u64::from(mask)) }] };
        let axes = std::iter::once(unknown).chain(grid.axes[masked..].iter().cloned());
        self.add(Grid::new(axes), &[input, mask], Kind::Compress(Compress { axis: 0 }))
    }

    pub fn gather(&mut self, grid: Grid, input: LayerId) -> LayerId {
        self.add(grid, &[input], Kind::Gather(Gather {}))
    }

    /// Axes in another order.
    pub fn permute(&mut self, input: LayerId, axes: &[u32]) -> LayerId {
        let before = self.grid(input);
        let grid = Grid::new(axes.iter().map(|&axis| before.axes[axis as usize].clone()));
        self.add(grid, &[input], Kind::Permute(Permute { axes: axes.to_vec() }))
    }

    /// All axes as one; all but the first are in one chunk.
    pub fn flatten(&mut self, input: LayerId) -> LayerId {
        let before = self.grid(input);
        let row: u64 = before.axes[1..].iter().map(Axis::total).product();
        let rows = before.axes[0].runs.iter().flat_map(|run| (0..run.count).map(|_| run.length * row));
        self.add(Grid::new([Axis::from_lengths(rows)]), &[input], Kind::Reshape(Reshape {}))
    }

    /// Another shape, in blocks that fit.
    pub fn reshape(&mut self, grid: Grid, input: LayerId) -> LayerId {
        self.add(grid, &[input], Kind::Reshape(Reshape {}))
    }

    /// Inputs one behind the other.
    pub fn concatenate(&mut self, inputs: &[LayerId], axis: u32) -> LayerId {
        let along: Vec<Axis> =
            inputs.iter().map(|&input| self.grid(input).axes[axis as usize].clone()).collect();
        let mut grid = self.grid(inputs[0]);
        let lengths = along.iter().flat_map(|axis| (0..axis.blocks()).map(|block| axis.extent(block).length));
        grid.axes[axis as usize] = Axis::from_lengths(lengths);
        let ends = along.iter().scan(0, |end, axis| {
            *end += axis.blocks();
            Some(*end)
        });
        let concatenate = Concatenate { axis, ends: ends.collect() };
        self.add(grid, inputs, Kind::Concatenate(concatenate))
    }

    /// The diagonal of the first two axes.
    pub fn diagonal(&mut self, input: LayerId) -> LayerId {
        let mut axes = self.grid(input).axes;
        let along = axes.remove(0);
        axes.remove(0);
        axes.push(along);
        self.add(Grid::new(axes), &[input], Kind::Diagonal(Diagonal { first: 0, second: 1 }))
    }

    /// Complex numbers of their parts.
    pub fn pair(&mut self, re: LayerId, im: LayerId) -> LayerId {
        let both = Axis::regular(2, 2);
        let grid = Grid::new(self.grid(re).axes.into_iter().chain([both]));
        self.add(grid, &[re, im], Kind::Pair(Pair {}))
    }

    pub fn sum(&mut self, input: LayerId, axes: &[u32], fan_in: u32) -> LayerId {
        self.reduce("sum", input, axes, fan_in)
    }

    pub fn reduce(&mut self, op: &str, input: LayerId, axes: &[u32], fan_in: u32) -> LayerId {
        let kept = self.grid(input).axes.into_iter().enumerate();
        let kept =
            kept.filter(|(number, _)| !axes.contains(&u32::try_from(*number).unwrap())).map(|(_, axis)| axis);
        let grid = Grid::new(kept);
        let axes = axes.iter().map(|&axis| ReduceAxis { axis, fan_in }).collect();
        self.add(grid, &[input], Kind::Reduce(Reduce { op: op.into(), axes, keepdims: false, ddof: 0.0 }))
    }

    /// Every `step`-th row.
    pub fn rows(&mut self, input: LayerId, start: u64, step: i64) -> LayerId {
        let mut grid = self.grid(input);
        let rows = grid.axes[0].clone();
        let mut lengths = BTreeMap::new();
        let mut at = i64::try_from(start).unwrap();
        let mut order = Vec::new();
        while (0..i64::try_from(rows.total()).unwrap()).contains(&at) {
            let block = rows.locate(at.unsigned_abs());
            if !lengths.contains_key(&block) {
                order.push(block);
            }
            *lengths.entry(block).or_insert(0) += 1;
            at += step;
        }
        grid.axes[0] = Axis::from_lengths(order.iter().map(|block| lengths[block]));
        let mut selection = vec![Pick::ALL; grid.ndim()];
        selection[0] = Pick::Slice { start, step };
        self.select(grid, input, &selection)
    }

    /// A function of blocks; one that gives values.
    pub fn call(&mut self, grid: Grid, reads: Vec<(LayerId, Read)>) -> LayerId {
        let (inputs, reads): (Vec<LayerId>, Vec<Read>) = reads.into_iter().unzip();
        let call = Call { function: 0, arguments: NONE, reads, values: true, info: false };
        self.add(grid, &inputs, Kind::Call(call))
    }

    /// Tasks with these edges, and functions for those that `calls` says.
    pub fn tasks(&mut self, inputs: &[LayerId], edges: &[Vec<u32>], calls: &[bool]) -> LayerId {
        let mut starts = vec![0];
        for edges in edges {
            starts.push(starts.last().unwrap() + u32::try_from(edges.len()).unwrap());
        }
        let tasks = Tasks {
            functions: calls.iter().map(|&calls| if calls { 0 } else { NONE }).collect::<Vec<_>>().into(),
            arguments: vec![NONE; edges.len()].into(),
            starts: starts.into(),
            edges: edges.concat().into(),
            annotations: Column::default(),
        };
        let grid = Grid::new([Axis::regular(edges.len() as u64, 1)]);
        self.add(grid, inputs, Kind::Tasks(tasks))
    }

    /// Gives each task of the latest layer a priority.
    pub fn prioritise(&mut self, priorities: &[i32]) {
        let first = self.annotations.len();
        let annotations =
            priorities.iter().map(|&priority| Annotations { priority, ..Annotations::default() });
        self.annotations.extend(annotations);
        let numbers = (first..self.annotations.len()).map(|number| u32::try_from(number).unwrap());
        let Some(Kind::Tasks(tasks)) = self.layers.last_mut().map(|layer| &mut layer.kind) else {
            panic!("no layer of tasks");
        };
        tasks.annotations = numbers.collect::<Vec<_>>().into();
    }

    /// Asks something for the tasks of a layer.
    pub fn annotate(&mut self, layer: LayerId, annotations: Annotations) {
        self.layers[layer as usize].annotations = Some(u32::try_from(self.annotations.len()).unwrap());
        self.annotations.push(annotations);
    }

    /// Writes the blocks of a layer; a receipt for each.
    pub fn write(&mut self, input: LayerId) -> LayerId {
        let grid = self.grid(input);
        let shape = grid.shape().to_vec();
        let target = Target::Raw(NewRaw { path: "/x".into(), header: Bytes::default(), overwrite: true });
        let write = Write { target, selection: vec![Pick::ALL; shape.len()], shape };
        let receipts = Grid::new(grid.axes.iter().map(|axis| Axis::regular(axis.blocks(), 1)));
        self.add(receipts, &[input], Kind::Write(write))
    }

    /// A running sum.
    pub fn scan(&mut self, input: LayerId, axis: u32) -> LayerId {
        self.add(self.grid(input), &[input], Kind::Scan(Scan { op: "sum".into(), axis }))
    }

    /// Three values for each kept position of a block; the inputs beside the first go with it.
    pub fn along(&mut self, inputs: &[LayerId], axes: &[u32]) -> LayerId {
        let mut grid = self.grid(inputs[0]);
        for &axis in axes {
            grid.axes[axis as usize] = Axis::regular(grid.axes[axis as usize].blocks(), 1);
        }
        grid.axes.push(Axis::regular(3, 3));
        let op = AlongOp::Top { count: 3, largest: true };
        self.add(grid, inputs, Kind::Along(Along { op, axes: axes.to_vec() }))
    }

    /// The products of pairs of blocks of two matrices, summed over `size` neighbours along the axis that they share.
    pub fn contract(&mut self, a: LayerId, b: LayerId, size: u64) -> LayerId {
        let (rows, columns) = (self.grid(a).axes[0].clone(), self.grid(b).axes[1].clone());
        let groups = Axis::regular(self.grid(b).axes[0].blocks().div_ceil(size), 1);
        let shared = Project::Group { axis: 2, size };
        let reads = vec![vec![Project::Axis(0), shared], vec![shared, Project::Axis(1)]];
        let op = LinearOp::Contract { batch: 0, shared: 1 };
        self.add(Grid::new([rows, columns, groups]), &[a, b], Kind::Linear(Linear { op, reads }))
    }

    /// Blocks with `before` and `after` elements of their neighbours along the first axis.
    pub fn overlap(&mut self, input: LayerId, before: u64, after: u64) -> LayerId {
        let mut grid = self.grid(input);
        let rows = grid.axes[0].clone();
        let last = rows.blocks() - 1;
        let length = |number| {
            let added = if number > 0 { before } else { 0 } + if number < last { after } else { 0 };
            rows.extent(number).length + added
        };
        grid.axes[0] = Axis::from_lengths((0..=last).map(length));
        let borders = Self::borders(&grid, Border { before, after });
        self.add(grid, &[input], Kind::Overlap(Overlap { borders }))
    }

    /// What blocks with borders were made of.
    pub fn trim(&mut self, input: LayerId, grid: Grid, before: u64, after: u64) -> LayerId {
        let borders = Self::borders(&grid, Border { before, after });
        let ends = vec![false; borders.len()];
        self.add(grid, &[input], Kind::Trim(Trim { borders, ends }))
    }

    fn borders(grid: &Grid, first: Border) -> Vec<Border> {
        let none = Border { before: 0, after: 0 };
        (0..grid.ndim()).map(|axis| if axis == 0 { first } else { none }).collect()
    }

    /// Basic indexing.
    pub fn select(&mut self, grid: Grid, input: LayerId, picks: &[Pick]) -> LayerId {
        self.add(grid, &[input], Kind::Select(Select { selection: picks.to_vec() }))
    }

    pub fn graph(self, outputs: &[LayerId]) -> Graph {
        let graph = Graph { layers: self.layers, outputs: outputs.to_vec(), annotations: self.annotations };
        graph.validate().unwrap();
        graph
    }
}
