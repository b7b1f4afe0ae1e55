//! How fast 512 MB of `float64` are read and summed, against what the machine can do at best: the mapped file, and the
//! inflater alone on the same chunks. All in one run, in turns, in as many threads as there are cores.
//!
//!     cargo bench -p bramble-storage
#![expect(clippy::print_stdout, reason = "what a benchmark is for")]
#![expect(clippy::cast_possible_truncation, reason = "512 MB can be counted")]

use std::{
    fs,
    num::NonZeroUsize,
    os::unix::fs::FileExt,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

use bramble_storage::{
    ArrayStore, Span,
    hdf5::{ExampleDataset, Hdf5Dataset, open_dataset, write_example},
};
use hdf5_metno::dataset::ChunkInfo;

const ROWS: u64 = 8000;
const COLUMNS: u64 = 8000;
const CHUNK: u64 = 1000;
const TILE: usize = 2048;
const ROUNDS: usize = 9;

/// Does the work once and answers something that depends on all of it.
type Bench<'a> = Box<dyn Fn() -> f64 + 'a>;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let plain = folder.path().join("plain.h5");
    let gzip = folder.path().join("gzip.h5");
    write_plain(&plain);
    let new =
        ExampleDataset { name: "/x".to_owned(), shape: [ROWS, COLUMNS], chunks: [CHUNK, CHUNK], level: 4 };
    write_example(&gzip, &new, content).expect("a file");
    let stored = stored_chunks(&gzip);
    let map = map(&plain);
    let open = |path: &Path| open_dataset(path, "/x").expect("a dataset");
    let (plain_data, gzip_data) = (open(&plain), open(&gzip));
    println!("gzip + shuffle: {} MB stored", gzip_data.storage_size() / 1_000_000);

    let mut benches: Vec<(&str, Bench)> = vec![
        ("plain: sum of the mapped file", Box::new(|| sum_mapped(&map))),
        ("plain: sum through feeds", Box::new(|| sum_blocks(&plain_data))),
        ("gzip + shuffle: libdeflate alone", Box::new(|| inflate(&stored))),
        ("gzip + shuffle: sum through feeds", Box::new(|| sum_blocks(&gzip_data))),
    ];
    let mut times = vec![Vec::new(); benches.len()];
    for _ in 0..ROUNDS {
        for ((_, bench), times) in benches.iter_mut().zip(&mut times) {
            let begin = Instant::now();
            std::hint::black_box(bench());
            times.push(begin.elapsed().as_secs_f64());
        }
    }
    for ((name, _), times) in benches.iter().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        let median = times[ROUNDS / 2];
        println!(
            "{name:36} {:8.2} ms  {:6.2} GB/s",
            median * 1e3,
            (ROWS * COLUMNS * 8) as f64 / median / 1e9
        );
    }
}

/// A field with some noise, of which about a third remains when it is compressed.
fn content(chunk: [u64; 2], elements: &mut [f64]) {
    let mut noise = chunk[0] * 1_000_003 + chunk[1] + 1;
    for (number, element) in (0..).zip(elements.iter_mut()) {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (row, column) = (chunk[0] * CHUNK + number / CHUNK, chunk[1] * CHUNK + number % CHUNK);
        let smooth = (row as f64 / 700.0).sin() + (column as f64 / 900.0).cos();
        *element = (smooth * 1000.0 + (noise >> 60) as f64).round() / 100.0;
    }
}

fn write_plain(path: &Path) {
    let file = hdf5_metno::File::create(path).expect("a file");
    let (rows, chunk) = (ROWS as usize, CHUNK as usize);
    let dataset =
        file.new_dataset::<f64>().shape((rows, rows)).chunk((chunk, chunk)).create("x").expect("a dataset");
    let mut elements = vec![0.0; chunk * chunk];
    for row in 0..ROWS / CHUNK {
        for column in 0..COLUMNS / CHUNK {
            content([row, column], &mut elements);
            let block = ndarray::ArrayView2::from_shape((chunk, chunk), &elements).expect("a block");
            let (row, column) = (row as usize * chunk, column as usize * chunk);
            dataset.write_slice(block, (row..row + chunk, column..column + chunk)).expect("a written block");
        }
    }
}

/// The bytes of all chunks.
fn stored_chunks(path: &Path) -> Vec<Vec<u8>> {
    let dataset = hdf5_metno::File::open(path).and_then(|file| file.dataset("x")).expect("a dataset");
    let mut chunks: Vec<ChunkInfo> = Vec::new();
    dataset
        .chunks_visit(|chunk| {
            chunks.push(chunk.into());
            0
        })
        .expect("chunks");
    let file = fs::File::open(path).expect("a file");
    let read = |chunk: &ChunkInfo| {
        let mut bytes = vec![0; chunk.size as usize];
        file.read_exact_at(&mut bytes, chunk.addr).expect("bytes");
        bytes
    };
    chunks.iter().map(read).collect()
}

fn map(path: &Path) -> memmap2::Mmap {
    let file = fs::File::open(path).expect("a file");
    // SAFETY: nobody else writes to the file.
    unsafe { memmap2::Mmap::map(&file) }.expect("a map")
}

/// Runs `task` for 0 to `count` in all threads and adds up what it answers.
fn parallel(count: u64, task: impl Fn(u64) -> f64 + Sync) -> f64 {
    let next = AtomicU64::new(0);
    let work = || {
        let mut sum = 0.0;
        loop {
            match next.fetch_add(1, Ordering::Relaxed) {
                number if number < count => sum += task(number),
                _ => return sum,
            }
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..thread::available_parallelism().map_or(1, NonZeroUsize::get))
            .map(|_| scope.spawn(work))
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a sum")).sum()
    })
}

fn sum(elements: &[f64]) -> f64 {
    let mut lanes = [0.0; 16];
    for elements in elements.as_chunks::<16>().0 {
        for (lane, element) in lanes.iter_mut().zip(elements) {
            *lane += element;
        }
    }
    lanes.iter().sum()
}

fn sum_mapped(map: &memmap2::Mmap) -> f64 {
    let elements: &[f64] = bytemuck::cast_slice(&map[..map.len() / 8 * 8]);
    let pieces: Vec<&[f64]> = elements.chunks(1 << 20).collect();
    parallel(pieces.len() as u64, |number| sum(pieces[number as usize]))
}

fn inflate(stored: &[Vec<u8>]) -> f64 {
    parallel(stored.len() as u64, |number| {
        thread_local! {
            static ROOM: std::cell::RefCell<(libdeflater::Decompressor, Vec<u8>)> =
                std::cell::RefCell::new((libdeflater::Decompressor::new(), vec![0; (CHUNK * CHUNK * 8) as usize]));
        }
        ROOM.with_borrow_mut(|(decompressor, out)| {
            decompressor.zlib_decompress(&stored[number as usize], out).expect("elements") as f64
        })
    })
}

fn sum_blocks(dataset: &Hdf5Dataset) -> f64 {
    let columns = COLUMNS / CHUNK;
    parallel(ROWS / CHUNK * columns, |number| {
        let span = |number: u64| Span { start: number * CHUNK, step: 1, count: CHUNK };
        let mut feed = dataset.feed(&[span(number / columns), span(number % columns)]).expect("a feed");
        let length = (CHUNK * CHUNK) as usize;
        let tiles = (0..length).step_by(TILE);
        tiles
            .map(|start| {
                sum(bytemuck::cast_slice(feed.tile(start, TILE.min(length - start)).expect("a tile")))
            })
            .sum()
    })
}
