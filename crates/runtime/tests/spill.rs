//! Runs with less memory than their blocks take.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use bramble_graph::{
    Arg, Axis, DType, Gather, Graph, Grid, Kind, Layer, LayerId, Map, Operand, Origin, Pick, Program, Reduce,
    ReduceAxis, Source, Step, Store,
};
use bramble_runtime::{Answer, Buffer, Memory, Run, RunError, RunOptions};

const ELEMENTS: u64 = 400_000;

fn layer(grid: &Grid, inputs: &[LayerId], kind: Kind) -> Layer {
    Layer {
        name: "layer".into(),
        dtype: DType::Float64,
        grid: grid.clone(),
        inputs: inputs.to_vec(),
        kind,
        annotations: None,
    }
}

fn total(input: LayerId) -> Layer {
    let axes = vec![ReduceAxis { axis: 0, fan_in: 16 }];
    layer(
        &Grid::new([]),
        &[input],
        Kind::Reduce(Reduce { op: "sum".into(), axes, keepdims: false, ddof: 0.0 }),
    )
}

/// The sum of `y - sum(y)`, with `y` computed and then cut into fewer blocks, so that it is not made twice.
fn centred() -> Graph {
    let stored = Grid::new([Axis::regular(ELEMENTS, 4000)]);
    let cut = Grid::new([Axis::regular(ELEMENTS, 8000)]);
    let source = Source {
        store: Store::Memory { buffer: 0 },
        shape: vec![ELEMENTS],
        selection: vec![Pick::ALL],
        decoded_chunks: None,
    };
    let operand = |number: u32, grid: &Grid| Operand {
        dtype: DType::Float64,
        grid: grid.clone(),
        origin: Origin::Input(number),
    };
    let apply = |op: &str, args: Vec<Arg>, operands: Vec<Operand>| {
        let steps = vec![Step::Apply { op: op.into(), dtype: DType::Float64, args }];
        Kind::Map(Map { program: Program { steps, result: Arg::Step(0), imaginary: None }, operands })
    };
    let [x, y] = [0, 1].map(Arg::Operand);
    let layers = vec![
        layer(&stored, &[], Kind::Source(source)),
        layer(&stored, &[0], apply("square", vec![x], vec![operand(0, &stored)])),
        layer(&cut, &[1], Kind::Gather(Gather {})),
        total(2),
        layer(
            &cut,
            &[2, 3],
            apply("subtract", vec![x, y], vec![operand(0, &cut), operand(1, &Grid::new([]))]),
        ),
        total(4),
    ];
    Graph { layers, outputs: vec![5], annotations: Vec::new() }
}

fn run(limit: usize, folder: &Path, workers: usize) -> Result<Vec<u8>, RunError> {
    let bytes: Vec<u8> = (0..ELEMENTS).flat_map(|number| (number as f64).sin().to_le_bytes()).collect();
    let (ended, end) = mpsc::channel();
    let options = RunOptions {
        workers,
        in_turn: false,
        calls: None,
        memory: Memory { limit, folder: folder.to_owned() },
        on_progress: Box::new(|_| {}),
        on_end: Box::new(move |result| ended.send(result).unwrap()),
    };
    Run::start(centred(), vec![Arc::new(bytes) as Buffer], options);
    let answers = end.recv().unwrap()?;
    let [Answer::Array(array)] = &answers[..] else { panic!("{answers:?}") };
    Ok(array.chunk.bytes().to_vec())
}

#[test]
fn blocks_on_disk_change_no_bit() {
    let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let expected = run(usize::MAX, folder.path(), 2).unwrap();
    for (limit, workers) in [(1 << 20, 1), (1 << 20, 3), (0, 2)] {
        assert_eq!(run(limit, folder.path(), workers).unwrap(), expected);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn says_where_there_is_no_room() {
    let refused = run(1 << 20, &PathBuf::from("/proc/bramble"), 2).unwrap_err();
    assert!(matches!(refused, RunError::Spill(_)), "{refused:?}");
    assert!(refused.to_string().contains("/proc/bramble"), "{refused}");
}
