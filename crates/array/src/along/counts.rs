//! How many elements there are of each kind, or what they weigh.

use super::Lines;
use crate::ArrayError;

/// Counts elements between edges.
pub(super) fn histogram(
    lines: &Lines,
    edges: &[f64],
    bins: usize,
    out: &mut [i64],
) -> Result<(), ArrayError> {
    let bins_of = Bins::new(edges, bins)?;
    for (line, out) in lines.each::<f64>()?.zip(out.chunks_exact_mut(bins)) {
        for bin in line.iter().filter_map(|&x| bins_of.find(x)) {
            out[bin] += 1;
        }
    }
    Ok(())
}

/// Adds up the weights of elements between edges.
pub(super) fn weighted_histogram(
    lines: &Lines,
    edges: &[f64],
    weights: &Lines,
    bins: usize,
    out: &mut [f64],
) -> Result<(), ArrayError> {
    let bins_of = Bins::new(edges, bins)?;
    let both = lines.each::<f64>()?.zip(weights.each::<f64>()?);
    for ((line, weights), out) in both.zip(out.chunks_exact_mut(bins)) {
        for (&x, &weight) in line.iter().zip(weights) {
            if let Some(bin) = bins_of.find(x) {
                out[bin] += weight;
            }
        }
    }
    Ok(())
}

/// Bins between edges.
struct Bins<'a> {
    edges: &'a [f64],
    count: usize,
    /// Bins for each unit, were all of the same width.
    density: f64,
}

impl Bins<'_> {
    fn new(edges: &[f64], bins: usize) -> Result<Bins<'_>, ArrayError> {
        if bins == 0 || edges.len() != bins + 1 {
            let what = format!("{} edges of {bins} bins", edges.len());
            return Err(ArrayError::OutOfBounds { what, shape: vec![edges.len()] });
        }
        Ok(Bins { edges, count: bins, density: bins as f64 / (edges[bins] - edges[0]) })
    }

    /// The bin of a number: guessed as if all had the same width, put right by one, or else searched.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts saturate")]
    fn find(&self, x: f64) -> Option<usize> {
        let Bins { edges, count: bins, density } = *self;
        if !(x >= edges[0] && x <= edges[bins]) {
            return None;
        }
        if x == edges[bins] {
            // The last of equal edges ends the last bin.
            return Some(bins - 1);
        }
        let guess = (((x - edges[0]) * density) as usize).min(bins - 1);
        let guess = if x < edges[guess] {
            guess.saturating_sub(1)
        } else if guess + 1 < bins && x >= edges[guess + 1] {
            guess + 1
        } else {
            guess
        };
        let fits = edges[guess] <= x && x < edges[guess + 1];
        Some(if fits { guess } else { edges.partition_point(|&edge| edge <= x) - 1 })
    }
}

/// Counts integers from 0 on.
pub(super) fn bincount(lines: &Lines, bins: usize, out: &mut [i64]) -> Result<(), ArrayError> {
    for (line, out) in lines.each::<i64>()?.zip(out.chunks_exact_mut(bins.max(1))) {
        for &x in line {
            out[place(x, bins)?] += 1;
        }
    }
    Ok(())
}

/// Adds up the weights of integers from 0 on.
pub(super) fn weighted_bincount(
    lines: &Lines,
    weights: &Lines,
    bins: usize,
    out: &mut [f64],
) -> Result<(), ArrayError> {
    let both = lines.each::<i64>()?.zip(weights.each::<f64>()?);
    for ((line, weights), out) in both.zip(out.chunks_exact_mut(bins.max(1))) {
        for (&x, &weight) in line.iter().zip(weights) {
            out[place(x, bins)?] += weight;
        }
    }
    Ok(())
}

fn place(number: i64, bins: usize) -> Result<usize, ArrayError> {
    let place = usize::try_from(number).ok().filter(|&place| place < bins);
    place.ok_or(ArrayError::NoBin { number, bins })
}
