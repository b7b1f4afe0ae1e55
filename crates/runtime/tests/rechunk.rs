//! A change of chunks of blocks that went to disk. Alone in its process, whose bytes read are counted.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;
use std::sync::{Arc, mpsc};

use bramble_graph::{Axis, DType, Gather, Graph, Grid, Kind, Layer, LayerId, Pick, Scan, Source, Store};
use bramble_runtime::{Answer, Buffer, Memory, Run, RunOptions};

const SIDE: u64 = 1024;
const BYTES: u64 = SIDE * SIDE * 8;

fn layer(grid: Grid, inputs: &[LayerId], kind: Kind) -> Layer {
    Layer {
        name: "layer".into(),
        dtype: DType::Float64,
        grid,
        inputs: inputs.to_vec(),
        kind,
        annotations: None,
    }
}

/// Rows by a running sum, which changes of chunks do not reach through, and these in columns.
fn columns() -> Graph {
    let rows = Grid::new([Axis::regular(SIDE, 64), Axis::regular(SIDE, SIDE)]);
    let columns = Grid::new([Axis::regular(SIDE, SIDE), Axis::regular(SIDE, 64)]);
    let source = Source {
        store: Store::Memory { buffer: 0 },
        shape: vec![SIDE, SIDE],
        selection: vec![Pick::ALL, Pick::ALL],
        decoded_chunks: None,
    };
    let sums = Scan { op: "sum".into(), axis: 1 };
    Graph {
        layers: vec![
            layer(rows.clone(), &[], Kind::Source(source)),
            layer(rows, &[0], Kind::Scan(sums)),
            layer(columns, &[1], Kind::Gather(Gather {})),
        ],
        outputs: vec![2],
        annotations: Vec::new(),
    }
}

fn run(limit: usize, folder: &Path) -> Vec<u8> {
    let bytes: Vec<u8> = (0..SIDE * SIDE).flat_map(|number| (number as f64).sin().to_le_bytes()).collect();
    let (ended, end) = mpsc::channel();
    let options = RunOptions {
        workers: 2,
        in_turn: false,
        calls: None,
        memory: Memory { limit, folder: folder.to_owned() },
        on_progress: Box::new(|_| {}),
        on_end: Box::new(move |result| ended.send(result).unwrap()),
    };
    Run::start(columns(), vec![Arc::new(bytes) as Buffer], options);
    let answers = end.recv().unwrap().unwrap();
    let [Answer::Array(array)] = &answers[..] else { panic!("{answers:?}") };
    array.chunk.bytes().to_vec()
}

/// Bytes that this process has read by now, from files of any kind.
fn bytes_read() -> u64 {
    let counts = std::fs::read_to_string("/proc/self/io").unwrap();
    let line = counts.lines().find_map(|line| line.strip_prefix("rchar: ")).unwrap();
    line.parse().unwrap()
}

#[test]
fn reads_what_went_to_disk_once() {
    let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let expected = run(usize::MAX, folder.path());
    let bytes = expected.len();
    for limit in [bytes / 2, bytes / 8] {
        let before = bytes_read();
        assert_eq!(run(limit, folder.path()), expected);
        let read = bytes_read() - before;
        assert!(read > BYTES / 4, "{read} bytes were read back: nothing went to disk");
        assert!(read < BYTES + BYTES / 8, "{read} bytes were read back of {BYTES}");
    }
}
