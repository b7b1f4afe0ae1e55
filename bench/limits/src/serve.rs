//! The protocol of all contestants: ready after the warm-ups, then one measurement for each line.

use std::{
    error::Error,
    hint::black_box,
    io::{self, Write},
    time::Instant,
};

const WARM_UPS: usize = 2;

/// Measures whenever a line comes in, until no more do. What the work gives is no answer to compare with others: it
/// only has to be worked out.
pub(crate) fn serve<T>(work: impl Fn() -> Result<T, Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    for _ in 0..WARM_UPS {
        black_box(work()?);
    }
    let mut out = io::stdout();
    writeln!(out, r#"{{"ready":true}}"#)?;
    for line in io::stdin().lines() {
        line?;
        let started = Instant::now();
        black_box(work()?);
        let seconds = started.elapsed().as_secs_f64();
        writeln!(out, r#"{{"seconds":{seconds:?},"answer":[]}}"#)?;
    }
    Ok(())
}
