//! Writes what TypeScript must know of the Rust core: the modules of `src/generated`.
//!
//! The same sources give the same bytes; `npm run generate` formats them and `npm run ready` fails if the
//! files that are checked in differ.

use std::path::Path;
use std::{fs, io};

mod coefficients;
mod frames;
mod layers;
mod ops;

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/generated");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("coefficients.ts"), coefficients::source())?;
    fs::write(folder.join("expressions.ts"), frames::expressions())?;
    fs::write(folder.join("frames.ts"), frames::source())?;
    fs::write(folder.join("layers.ts"), layers::source())?;
    fs::write(folder.join("ops.ts"), ops::source())
}
