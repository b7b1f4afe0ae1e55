//! Elements of a sorted line, or between two of them.

use bramble_graph::{Between, OrderPick};
use bytemuck::Pod;

use super::Lines;
use crate::element::Cast;
use crate::{ArrayError, Element};

/// More picks than this are looked up in a sorted line; fewer are selected one by one.
const MANY: usize = 8;

/// Writes the picks of each line of floats.
pub(super) fn order<T: Element + Cast<f64> + Pod>(
    lines: &Lines,
    picks: &[OrderPick],
    between: Between,
    skips_nan: bool,
    out: &mut [u8],
) -> Result<(), ArrayError>
where
    f64: Cast<T>,
{
    let out: &mut [T] = bytemuck::cast_slice_mut(out);
    if lines.length == 0 {
        out.fill(f64::NAN.cast());
        return Ok(());
    }
    let is_sorted = picks.len() > MANY;
    let mut keys: Vec<u64> = Vec::with_capacity(lines.length);
    for (line, out) in lines.each::<T>()?.zip(out.chunks_exact_mut(picks.len().max(1))) {
        keys.clear();
        keys.extend(line.iter().map(|&x| x.cast()).filter(|x: &f64| !x.is_nan()).map(key_of));
        if keys.is_empty() || !skips_nan && keys.len() < line.len() {
            out.fill(f64::NAN.cast());
            continue;
        }
        if is_sorted {
            keys.sort_unstable();
        }
        for (out, pick) in out.iter_mut().zip(picks) {
            let place = position(pick, keys.len() as f64);
            *out = at_position(&mut keys, place, between, is_sorted).cast();
        }
    }
    Ok(())
}

/// Where a pick lies among `n` sorted elements.
fn position(pick: &OrderPick, n: f64) -> f64 {
    let position = (n + pick.shift) * pick.q + pick.add - pick.less;
    position.max(0.0).min(n - 1.0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positions of a line")]
fn at_position(keys: &mut [u64], position: f64, between: Between, is_sorted: bool) -> f64 {
    let low = position.floor();
    let share = position - low;
    let [a, b] = neighbours(keys, low as usize, is_sorted);
    match between {
        _ if share == 0.0 || a == b => a,
        Between::Linear if share >= 0.5 => b - (b - a) * (1.0 - share),
        Between::Linear => a + (b - a) * share,
        Between::Lower => a,
        Between::Higher => b,
        Between::Nearest => {
            let is_later = share > 0.5 || share == 0.5 && low % 2.0 != 0.0;
            if is_later { b } else { a }
        }
        Between::Midpoint => b - (b - a) * 0.5,
        Between::Mean => (a + b) * 0.5,
    }
}

/// The element at a place of the sorted line, and the next one.
fn neighbours(keys: &mut [u64], place: usize, is_sorted: bool) -> [f64; 2] {
    let next = (place + 1).min(keys.len() - 1);
    if is_sorted {
        return [keys[place], keys[next]].map(number_of);
    }
    let (_, &mut key, behind) = keys.select_nth_unstable(place);
    let next = behind.iter().copied().min().unwrap_or(key);
    [key, next].map(number_of)
}

/// Keys have the order of their numbers, -0.0 below 0.0.
fn key_of(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn number_of(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}
