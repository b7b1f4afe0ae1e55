//! Whole runs: any graph gives the same bits however it is optimised and on however many threads.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use bramble_graph::{
    Arg, Axis, Create, DType, Gather, Graph, Grid, Kind, Layer, LayerId, Map, Operand, Origin, Pick, Program,
    Reduce, ReduceAxis, Scalar, Select, Source, Step, Store,
};
use bramble_runtime::{Answer, Buffer, Memory, Run, RunError, RunOptions, TaskError, WholeArray};
use proptest::prelude::*;

const F64: DType = DType::Float64;

/// Builds graphs of `float64` layers, and the buffers that they read.
#[derive(Clone, Default)]
struct Graphs {
    layers: Vec<Layer>,
    buffers: Vec<Buffer>,
}

impl Graphs {
    fn add(&mut self, grid: Grid, inputs: &[LayerId], kind: Kind) -> LayerId {
        let name = format!("layer-{}", self.layers.len());
        self.layers.push(Layer { name, dtype: F64, grid, inputs: inputs.to_vec(), kind, annotations: None });
        LayerId::try_from(self.layers.len() - 1).unwrap()
    }

    fn grid(&self, layer: LayerId) -> Grid {
        self.layers[layer as usize].grid.clone()
    }

    /// An array in memory of values that do not add up exactly.
    fn source(&mut self, grid: Grid, decoded: bool) -> LayerId {
        let shape = grid.shape().to_vec();
        let count: u64 = shape.iter().product();
        let bytes: Vec<u8> = (0..count).flat_map(|i| (1.0 / (i as f64 + 1.0)).to_ne_bytes()).collect();
        self.buffers.push(Arc::new(bytes));
        let source = Source {
            store: Store::Memory { buffer: u32::try_from(self.buffers.len() - 1).unwrap() },
            selection: vec![Pick::ALL; shape.len()],
            decoded_chunks: decoded.then(|| vec![3; shape.len()]),
            shape,
        };
        self.add(grid, &[], Kind::Source(source))
    }

    fn apply(&mut self, op: &str, grid: Grid, inputs: &[LayerId]) -> LayerId {
        let operand =
            |(slot, &input)| Operand { dtype: F64, grid: self.grid(input), origin: Origin::Input(slot) };
        let operands: Vec<Operand> = (0..).zip(inputs).map(operand).collect();
        let mut args: Vec<Arg> = (0..).take(inputs.len()).map(Arg::Operand).collect();
        args.resize(2, Arg::Const(Scalar::Float(0.1)));
        let steps = vec![Step::Apply { op: op.into(), dtype: F64, args }];
        self.add(
            grid,
            inputs,
            Kind::Map(Map { program: Program { steps, result: Arg::Step(0), imaginary: None }, operands }),
        )
    }

    fn reduce(&mut self, op: &str, input: LayerId, axes: &[u32], keepdims: bool) -> LayerId {
        let mut grid = Vec::new();
        for (number, axis) in (0..).zip(self.grid(input).axes) {
            match (axes.contains(&number), keepdims) {
                (false, _) => grid.push(axis),
                (true, true) => grid.push(Axis::regular(1, 1)),
                (true, false) => {}
            }
        }
        let axes = axes.iter().map(|&axis| ReduceAxis { axis, fan_in: 2 }).collect();
        self.add(Grid::new(grid), &[input], Kind::Reduce(Reduce { op: op.into(), axes, keepdims, ddof: 0.0 }))
    }

    /// The rows from `start` on, one block for each block that they lie in, and one column.
    fn rows(&mut self, input: LayerId, start: u64, column: u64) -> LayerId {
        let rows = self.grid(input).axes[0].clone();
        let lengths = (0..rows.blocks()).map(|block| {
            let extent = rows.extent(block);
            extent.end().saturating_sub(start.max(extent.start))
        });
        let grid = Grid::new([Axis::from_lengths(lengths.filter(|&length| length > 0))]);
        let selection = vec![Pick::Slice { start, step: 1 }, Pick::Index { at: column }];
        self.add(grid, &[input], Kind::Select(Select { selection }))
    }

    fn run(&self, outputs: &[LayerId], workers: usize) -> Result<Vec<WholeArray>, RunError> {
        let graph = Graph { layers: self.layers.clone(), outputs: outputs.to_vec(), annotations: Vec::new() };
        graph.validate().unwrap();
        run(graph, self.buffers.clone(), workers)
    }
}

fn run(graph: Graph, buffers: Vec<Buffer>, workers: usize) -> Result<Vec<WholeArray>, RunError> {
    let (ended, end) = mpsc::channel();
    let options = RunOptions {
        memory: Memory::default(),
        workers,
        in_turn: false,
        calls: None,
        on_progress: Box::new(|_| {}),
        on_end: Box::new(move |result| ended.send(result.map(arrays)).unwrap()),
    };
    Run::start(graph, buffers, options);
    end.recv().unwrap()
}

fn arrays(answers: Vec<Answer>) -> Vec<WholeArray> {
    let array = |answer| match answer {
        Answer::Array(array) => *array,
        Answer::Values(blocks) => panic!("{blocks:?}"),
    };
    answers.into_iter().map(array).collect()
}

fn bits(answers: &[WholeArray]) -> Vec<(Vec<usize>, Vec<u8>)> {
    answers.iter().map(|answer| (answer.chunk.shape().to_vec(), answer.chunk.bytes().to_vec())).collect()
}

fn axis() -> impl Strategy<Value = Axis> {
    prop::collection::vec(0_u64..7, 1..5).prop_map(Axis::from_lengths)
}

#[test]
fn blocks_made_together_have_the_bits_that_they_have_alone() {
    let mut graphs = Graphs::default();
    let x = graphs.source(Grid::new([Axis::regular(150, 20), Axis::regular(2210, 300)]), false);
    let y = graphs.apply("multiply", graphs.grid(x), &[x]);
    let mut outputs = Vec::new();
    for (op, axes) in [("sum", &[0][..]), ("sum", &[1]), ("max", &[0, 1]), ("var", &[0]), ("var", &[0, 1])] {
        outputs.extend([graphs.reduce(op, x, axes, false), graphs.reduce(op, y, axes, true)]);
    }
    // Of 64 blocks, each of 16 workers is to have 4 tasks at least.
    let alone = bits(&graphs.run(&outputs, 16).unwrap());
    for workers in 1..=8 {
        assert!(bits(&graphs.run(&outputs, workers).unwrap()) == alone, "{workers} workers");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every layer that is an output too is shared, and so neither fused nor sliced through: asking for all layers
    /// runs the graph as it was written, asking for the last ones runs it optimised.
    #[test]
    fn optimising_and_threads_change_no_bit(
        rows in axis(), columns in axis(), decoded: bool, keepdims: bool, axes in prop::sample::subsequence(vec![0, 1], 1..=2),
        cut: prop::sample::Index, op in prop::sample::select(vec!["sum", "mean", "prod"]),
    ) {
        let mut graphs = Graphs::default();
        let grid = Grid::new([rows.clone(), columns.clone()]);
        let x = graphs.source(grid.clone(), decoded);
        let row = graphs.source(Grid::new([columns.clone()]), false);
        let y = graphs.apply("multiply", grid.clone(), &[x, row]);
        let z = graphs.apply("add", grid.clone(), &[y]);
        let total = graphs.reduce(op, z, &axes, keepdims);
        let column = graphs.reduce("mean", z, &[0], true);
        let centred = graphs.apply("subtract", grid, &[z, column]);
        let whole = Grid::new([Axis::regular(rows.total(), 4), Axis::regular(columns.total(), 5)]);
        let gathered = graphs.add(whole, &[centred], Kind::Gather(Gather {}));
        let mut outputs = vec![total, gathered];
        if rows.total() > 0 && columns.total() > 0 {
            let start = cut.index(usize::try_from(rows.total()).unwrap()) as u64;
            outputs.push(graphs.rows(gathered, start, columns.total() - 1));
            let summed = graphs.rows(z, start, 0);
            outputs.push(graphs.reduce("sum", summed, &[0], keepdims));
        }
        let optimised = bits(&graphs.run(&outputs, 1).unwrap());
        for workers in [1, 3] {
            let mut all = outputs.clone();
            all.extend(0..LayerId::try_from(graphs.layers.len()).unwrap());
            let written = bits(&graphs.run(&all, workers).unwrap());
            prop_assert_eq!(&optimised[..], &written[..outputs.len()]);
        }
        prop_assert_eq!(&optimised, &bits(&graphs.run(&outputs, 4).unwrap()));
    }
}

#[test]
fn the_first_failure_ends_the_run_and_names_the_block() {
    let mut graphs = Graphs::default();
    let grid = Grid::new([Axis::regular(40, 10)]);
    let x = graphs.source(grid.clone(), false);
    graphs.buffers[0] = Arc::new(vec![0_u8; 8]);
    let error = graphs.run(&[x], 2).unwrap_err();
    assert!(matches!(&error, RunError::Prepare { layer, .. } if layer == "layer-0"), "{error:?}");

    let range = Create::Arange { start: Scalar::Int(1), step: Scalar::Int(-1), first: 0, stride: 1 };
    let exponents = Layer {
        name: "exponents".into(),
        dtype: DType::Int64,
        grid: grid.clone(),
        inputs: Vec::new(),
        kind: Kind::Create(range),
        annotations: None,
    };
    let operand = Operand { dtype: DType::Int64, grid: grid.clone(), origin: Origin::Input(0) };
    let args = vec![Arg::Const(Scalar::Int(2)), Arg::Operand(0)];
    let steps = vec![Step::Apply { op: "power".into(), dtype: DType::Int64, args }];
    let program = Program { steps, result: Arg::Step(0), imaginary: None };
    let kind = Kind::Map(Map { program, operands: vec![operand] });
    let powers =
        Layer { name: "powers".into(), dtype: DType::Int64, grid, inputs: vec![0], kind, annotations: None };
    let error = run(
        Graph { layers: vec![exponents, powers], outputs: vec![1], annotations: Vec::new() },
        Vec::new(),
        1,
    )
    .unwrap_err();
    let RunError::Task { layer, block, source, .. } = error else { panic!("{error:?}") };
    assert_eq!((layer.as_str(), block), ("powers", vec![0]));
    assert!(matches!(*source, TaskError::Array(_)), "{source:?}");
}

#[test]
fn a_graph_without_outputs_ends() {
    assert!(Graphs::default().run(&[], 2).unwrap().is_empty());
}

#[test]
fn a_cancelled_run_ends_soon_and_frees_its_buffers() {
    let mut graphs = Graphs::default();
    let grid = Grid::new([Axis::regular(1_000_000_000_000, 1_000_000)]);
    let full = Create::Full { value: Scalar::Float(0.5) };
    let x = graphs.add(grid.clone(), &[], Kind::Create(full));
    let y = graphs.apply("add", grid, &[x]);
    let sum = graphs.reduce("sum", y, &[0], false);
    let (ended, end) = mpsc::channel();
    let told = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&told);
    let options = RunOptions {
        memory: Memory::default(),
        workers: 2,
        in_turn: false,
        calls: None,
        on_progress: Box::new(move |news| {
            assert!(news.iter().all(|layer| layer.done <= layer.total));
            seen.fetch_add(1, Ordering::Relaxed);
        }),
        on_end: Box::new(move |result| ended.send(result.map(drop)).unwrap()),
    };
    let held: Buffer = Arc::new(vec![0_u8; 8]);
    let run = Run::start(
        Graph { layers: graphs.layers, outputs: vec![sum], annotations: Vec::new() },
        vec![Arc::clone(&held)],
        options,
    );
    while told.load(Ordering::Relaxed) == 0 {
        std::thread::yield_now();
    }
    run.cancel();
    assert!(matches!(end.recv().unwrap(), Err(RunError::Cancelled)));
    assert_eq!(Arc::strong_count(&held), 1);
}

#[test]
fn runs_at_the_same_time_share_the_threads() {
    let graphs = |value: f64| {
        let mut graphs = Graphs::default();
        let grid = Grid::new([Axis::regular(200_000, 100)]);
        let x = graphs.add(grid, &[], Kind::Create(Create::Full { value: Scalar::Float(value) }));
        let sum = graphs.reduce("sum", x, &[0], false);
        (graphs, sum)
    };
    std::thread::scope(|scope| {
        for value in [1.0, 2.0, 3.0, 4.0] {
            scope.spawn(move || {
                let (graphs, sum) = graphs(value);
                let answer = graphs.run(&[sum], 2).unwrap();
                assert_eq!(answer[0].chunk.as_slice::<f64>().unwrap(), [200_000.0 * value]);
            });
        }
    });
}
