//! The largest or smallest elements of a line, sorted; of equal ones those that come first. NaN is the largest.

use std::cmp::Ordering;

use super::Lines;
use crate::{ArrayError, Element};

/// As many are kept in order while the line goes by; more are selected and sorted.
const FEW: usize = 64;

/// Which elements.
#[derive(Clone, Copy)]
pub(super) struct Request {
    /// How many.
    pub(super) length: usize,
    pub(super) largest: bool,
}

/// Writes the elements.
pub(super) fn top<T: Element>(lines: &Lines, request: Request, out: &mut [u8]) -> Result<(), ArrayError> {
    let out: &mut [T] = bytemuck::cast_slice_mut(out);
    let mut places = Vec::new();
    for (line, out) in lines.each::<T>()?.zip(out.chunks_exact_mut(request.length.max(1))) {
        choose(line.len(), request, &mut places, |a, b| compare(line[a], line[b]))?;
        for (out, &place) in out.iter_mut().zip(&places) {
            *out = line[place];
        }
    }
    Ok(())
}

/// Writes the elements of `payload` that stand where those elements are.
pub(super) fn top_of<T: Element, P: Element>(
    lines: &Lines,
    payload: &Lines,
    request: Request,
    out: &mut [u8],
) -> Result<(), ArrayError> {
    let out: &mut [P] = bytemuck::cast_slice_mut(out);
    let mut places = Vec::new();
    let both = lines.each::<T>()?.zip(payload.each::<P>()?);
    for ((line, payload), out) in both.zip(out.chunks_exact_mut(request.length.max(1))) {
        choose(line.len(), request, &mut places, |a, b| compare(line[a], line[b]))?;
        for (out, &place) in out.iter_mut().zip(&places) {
            *out = payload[place];
        }
    }
    Ok(())
}

/// Writes the elements of the last lines that stand where the first lines have the largest or smallest elements; equal ones go
/// by the second lines.
pub(super) fn top_by<T: Element, P: Element>(
    [first, second, payload]: [&Lines; 3],
    request: Request,
    out: &mut [u8],
) -> Result<(), ArrayError> {
    let out: &mut [P] = bytemuck::cast_slice_mut(out);
    let mut places = Vec::new();
    let keys = first.each::<T>()?.zip(second.each::<T>()?);
    let all = keys.zip(payload.each::<P>()?).zip(out.chunks_exact_mut(request.length.max(1)));
    for (((first, second), payload), out) in all {
        let order = |a: usize, b: usize| compare(first[a], first[b]).then(compare(second[a], second[b]));
        choose(first.len(), request, &mut places, order)?;
        for (out, &place) in out.iter_mut().zip(&places) {
            *out = payload[place];
        }
    }
    Ok(())
}

/// Sets `places` to where the elements are of a line in some order.
fn choose(
    count: usize,
    request: Request,
    places: &mut Vec<usize>,
    order: impl Fn(usize, usize) -> Ordering,
) -> Result<(), ArrayError> {
    if count < request.length {
        let what = format!("{} elements", request.length);
        return Err(ArrayError::OutOfBounds { what, shape: vec![count] });
    }
    places.clear();
    let by_rank = |&a: &usize, &b: &usize| {
        let order = order(a, b);
        (if request.largest { order.reverse() } else { order }).then(a.cmp(&b))
    };
    if request.length <= FEW {
        insert_best(count, request.length, places, by_rank);
        return Ok(());
    }
    places.extend(0..count);
    if request.length < count {
        places.select_nth_unstable_by(request.length - 1, by_rank);
    }
    places.truncate(request.length);
    places.sort_unstable_by(by_rank);
    Ok(())
}

/// Keeps the best places so far in order: hardly any other ever gets in.
fn insert_best(
    count: usize,
    length: usize,
    places: &mut Vec<usize>,
    by_rank: impl Fn(&usize, &usize) -> Ordering,
) {
    for place in 0..count {
        if places.len() == length {
            if places.last().is_none_or(|last| by_rank(&place, last).is_gt()) {
                continue;
            }
            places.pop();
        }
        let rank = places.partition_point(|other| by_rank(other, &place).is_lt());
        places.insert(rank, place);
    }
}

#[expect(clippy::eq_op, reason = "NaN alone differs from itself")]
pub(super) fn compare<T: Element>(a: T, b: T) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| (a != a).cmp(&(b != b)))
}
