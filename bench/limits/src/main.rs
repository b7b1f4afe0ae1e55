//! What this machine can do at most: the same work as a benchmark's with everything left out that could be.
//!
//! ```text
//! bramble-limits mapped-sum FILE        sums a file's elements, which lie in it as they are, where they are mapped
//! bramble-limits positional-read FILE   reads a file in pieces that fit the second-level cache
//! bramble-limits inflate FILE           decodes a file's chunks from gzip, and no more
//! bramble-limits read THREADS BYTES     sums memory
//! bramble-limits first-touch BYTES      writes to memory that is fresh from the system
//! bramble-limits copy-twice BYTES       copies memory to some that is fresh from the system, and that once more
//! bramble-limits sockets BYTES          sends memory through a socket of this machine, and receives it into memory
//! bramble-limits tasks COUNT            puts tasks on deques, takes them off and counts them
//! bramble-limits naps COUNT MILLIS      sleeps so many times for so long, in a thread for each core
//! bramble-limits data PLAIN GZIP ROWS COLUMNS CHUNK    makes the files
//! ```
//!
//! Everything but `data` answers the lines that it is sent, as all contestants of a benchmark do.

mod cores;
mod data;
mod memory;
mod naps;
mod pieces;
mod serve;
mod sockets;
mod stored;
mod tasks;

use std::{env, error::Error, path::Path, time::Duration};

use cores::cores;
use serve::serve;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["mapped-sum", file] => {
            let stored = stored::Stored::open(Path::new(file))?;
            serve(|| Ok(stored.sum()))
        }
        ["positional-read", file] => {
            let pieces = pieces::Pieces::open(Path::new(file))?;
            serve(|| pieces.read())
        }
        ["inflate", file] => {
            let stored = stored::Stored::open(Path::new(file))?;
            serve(|| stored.inflate())
        }
        ["read", threads, bytes] => {
            let threads = if *threads == "all" { cores() } else { threads.parse()? };
            let elements = vec![1.0_f64.to_ne_bytes(); bytes.parse::<usize>()? / 8];
            serve(|| Ok(memory::sum_on(threads, &elements)))
        }
        ["first-touch", bytes] => {
            let bytes = bytes.parse()?;
            serve(|| {
                memory::touch(bytes);
                Ok(())
            })
        }
        ["copy-twice", bytes] => {
            let original = vec![1; bytes.parse()?];
            serve(|| {
                memory::copy_twice(&original);
                Ok(())
            })
        }
        ["sockets", bytes] => {
            let sockets = sockets::Sockets::open(bytes.parse()?)?;
            serve(|| sockets.send())
        }
        ["tasks", count] => {
            let count = count.parse()?;
            serve(|| {
                tasks::run(count);
                Ok(())
            })
        }
        ["naps", count, millis] => {
            let naps = naps::Naps { count: count.parse()?, each: Duration::from_millis(millis.parse()?) };
            serve(|| {
                naps.sleep();
                Ok(())
            })
        }
        ["data", plain, gzip, rows, columns, chunk] => {
            let size = data::Size { rows: rows.parse()?, columns: columns.parse()?, chunk: chunk.parse()? };
            data::write(Path::new(plain), Path::new(gzip), &size)
        }
        _ => Err("see the head of bench/limits/src/main.rs for what can be asked".into()),
    }
}
