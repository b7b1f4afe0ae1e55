//! Where elements stand among others that are sorted.

use super::Lines;
use super::top::compare;
use crate::{ArrayError, Chunk, Element};

/// Writes for each element how many of the sorted ones come before it.
pub(super) fn find<T: Element>(
    lines: &Lines,
    sorted: &Chunk,
    right: bool,
    out: &mut [i64],
) -> Result<(), ArrayError> {
    let sorted = sorted.as_slice::<T>()?;
    for (out, &x) in out.iter_mut().zip(lines.all::<T>()?) {
        let before = sorted.partition_point(|&other| {
            let order = compare(other, x);
            order.is_lt() || right && order.is_eq()
        });
        *out = i64::try_from(before).map_err(|_| ArrayError::TooLarge { elements: before as u64 })?;
    }
    Ok(())
}
