//! The elements of a chunk that a mask lets through.

use crate::{ArrayError, Bool, Chunk, Shape};

/// The elements at which `mask` is true, in row-major order. The mask stands for the axes of the chunk from `axis`
/// on; they become one.
///
/// # Errors
/// [`ArrayError::OutOfBounds`] when the mask has another shape than these axes, [`ArrayError::ElementType`] when it
/// is not of bools, [`ArrayError::OutOfMemory`].
pub fn compress(chunk: &Chunk, mask: &Chunk, axis: usize) -> Result<Chunk, ArrayError> {
    let end = axis + mask.shape().len();
    if chunk.shape().get(axis..end) != Some(mask.shape()) {
        return Err(ArrayError::OutOfBounds {
            what: format!("a mask of shape {:?} from axis {axis} on", mask.shape()),
            shape: chunk.shape().to_vec(),
        });
    }
    let flags = mask.as_slice::<Bool>()?;
    let kept = flags.iter().filter(|&&flag| flag == Bool::TRUE).count();
    let mut shape = Shape::from_slice(&chunk.shape()[..axis]);
    shape.push(kept);
    shape.extend_from_slice(&chunk.shape()[end..]);
    let row = chunk.shape()[end..].iter().product::<usize>() * chunk.dtype().size();
    let mut out = Chunk::zeroed(chunk.dtype(), &shape)?;
    let Some(target) = out.bytes_mut() else { unreachable!("nobody shares a chunk that was just made") };
    if target.is_empty() {
        return Ok(out);
    }
    for (from, into) in chunk.bytes().chunks_exact(row * flags.len()).zip(target.chunks_exact_mut(row * kept))
    {
        match row {
            1 => pack::<u8>(from, flags, into),
            2 => pack::<u16>(from, flags, into),
            4 => pack::<u32>(from, flags, into),
            8 => pack::<u64>(from, flags, into),
            _ => pack_rows(from, flags, row, into),
        }
    }
    Ok(out)
}

/// Writes every element to where the next one kept belongs, and moves on only if it is kept: no branch to mispredict.
fn pack<T: bytemuck::Pod>(from: &[u8], flags: &[Bool], into: &mut [u8]) {
    let (from, into): (&[T], &mut [T]) = (bytemuck::cast_slice(from), bytemuck::cast_slice_mut(into));
    let mut next = 0;
    for (&element, &flag) in from.iter().zip(flags) {
        let Some(place) = into.get_mut(next) else { return };
        *place = element;
        next += usize::from(flag == Bool::TRUE);
    }
}

fn pack_rows(from: &[u8], flags: &[Bool], row: usize, into: &mut [u8]) {
    let kept = from.chunks_exact(row).zip(flags).filter(|(_, flag)| **flag == Bool::TRUE);
    for (place, (from, _)) in into.chunks_exact_mut(row).zip(kept) {
        place.copy_from_slice(from);
    }
}

#[cfg(test)]
mod tests {
    use bramble_graph::DType;

    use super::*;

    fn flags(shape: &[usize], bits: &[u8]) -> Chunk {
        let bits: Vec<Bool> =
            bits.iter().map(|&bit| if bit == 1 { Bool::TRUE } else { Bool::FALSE }).collect();
        Chunk::from_slice(shape, &bits).unwrap()
    }

    fn iota<T: crate::Element>(shape: &[usize], cast: fn(u8) -> T) -> Chunk {
        let count = u8::try_from(shape.iter().product::<usize>()).unwrap();
        Chunk::from_slice(shape, &(0..count).map(cast).collect::<Vec<T>>()).unwrap()
    }

    #[test]
    fn keeps_elements_of_any_size() {
        let mask = flags(&[5], &[1, 0, 0, 1, 1]);
        assert_eq!(compress(&iota(&[5], |n| n), &mask, 0).unwrap().as_slice::<u8>().unwrap(), [0, 3, 4]);
        assert_eq!(compress(&iota(&[5], i16::from), &mask, 0).unwrap().as_slice::<i16>().unwrap(), [0, 3, 4]);
        assert_eq!(
            compress(&iota(&[5], f64::from), &mask, 0).unwrap().as_slice::<f64>().unwrap(),
            [0.0, 3.0, 4.0]
        );
    }

    #[test]
    fn masks_stand_for_neighbouring_axes() {
        let chunk = iota(&[2, 2, 2, 3], f32::from);
        let kept = compress(&chunk, &flags(&[2, 2], &[0, 1, 1, 0]), 1).unwrap();
        assert_eq!(kept.shape(), [2, 2, 3]);
        let expected = [3, 4, 5, 6, 7, 8, 15, 16, 17, 18, 19, 20].map(|n| n as f32);
        assert_eq!(kept.as_slice::<f32>().unwrap(), expected);
    }

    #[test]
    fn nothing_is_kept_of_nothing() {
        let none = flags(&[0], &[]);
        assert_eq!(compress(&iota(&[2, 0], f64::from), &none, 1).unwrap().shape(), [2, 0]);
        let no = flags(&[3], &[0, 0, 0]);
        assert_eq!(compress(&iota(&[3, 2], f64::from), &no, 0).unwrap().shape(), [0, 2]);
        let yes = flags(&[3], &[1, 1, 0]);
        assert_eq!(compress(&iota(&[3, 0], f64::from), &yes, 0).unwrap().shape(), [2, 0]);
    }

    #[test]
    fn refuses_masks_that_do_not_fit() {
        let chunk = iota(&[5], f64::from);
        assert!(compress(&chunk, &flags(&[4], &[1; 4]), 0).is_err());
        assert!(compress(&chunk, &flags(&[5], &[1; 5]), 1).is_err());
        let numbers = Chunk::zeroed(DType::UInt8, &[5]).unwrap();
        assert!(matches!(compress(&chunk, &numbers, 0), Err(ArrayError::ElementType { .. })));
    }
}
