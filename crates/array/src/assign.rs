//! Writes values into a chunk.

use bytemuck::Pod;

use crate::{ArrayError, Chunk};

/// Writes values over elements of a chunk of the same type. `places` has for each axis where along it the values lie.
///
/// # Errors
/// [`ArrayError::OutOfBounds`] when there is no place for each value or it lies outside.
pub fn assign(target: &mut Chunk, values: &Chunk, places: &[Vec<usize>]) -> Result<(), ArrayError> {
    let shape = target.shape().to_vec();
    let fits = shape.len() == places.len()
        && values.shape().iter().copied().eq(places.iter().map(Vec::len))
        && values.dtype() == target.dtype()
        && places.iter().zip(&shape).all(|(places, &length)| places.iter().all(|&place| place < length));
    if !fits {
        let what = format!("values of shape {:?}", values.shape());
        return Err(ArrayError::OutOfBounds { what, shape });
    }
    let size = target.dtype().size();
    let Some(bytes) = target.bytes_mut() else { unreachable!("nobody shares a chunk that is written to") };
    match size {
        1 => write::<u8>(bytes, &shape, values.bytes(), places),
        2 => write::<u16>(bytes, &shape, values.bytes(), places),
        4 => write::<u32>(bytes, &shape, values.bytes(), places),
        _ => write::<u64>(bytes, &shape, values.bytes(), places),
    }
    Ok(())
}

fn write<T: Pod>(target: &mut [u8], shape: &[usize], values: &[u8], places: &[Vec<usize>]) {
    let (target, values): (&mut [T], &[T]) = (bytemuck::cast_slice_mut(target), bytemuck::cast_slice(values));
    if values.is_empty() {
        return;
    }
    let Some((row, outer)) = places.split_last() else {
        target[0] = values[0];
        return;
    };
    let lies_together = row.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let mut index = vec![0; outer.len()];
    for values in values.chunks_exact(row.len()) {
        let start = index
            .iter()
            .zip(outer)
            .zip(shape)
            .fold(0, |start, ((&at, places), &length)| start * length + places[at])
            * shape[outer.len()];
        if lies_together {
            target[start + row[0]..][..row.len()].copy_from_slice(values);
        } else {
            for (&place, &value) in row.iter().zip(values) {
                target[start + place] = value;
            }
        }
        for axis in (0..index.len()).rev() {
            index[axis] += 1;
            if index[axis] < outer[axis].len() {
                break;
            }
            index[axis] = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_values_where_they_lie() {
        let mut chunk = Chunk::from_slice(&[2, 3, 4], &[0_i16; 24]).unwrap();
        let values = Chunk::from_slice(&[1, 2, 3], &[1_i16, 2, 3, 4, 5, 6]).unwrap();
        assign(&mut chunk, &values, &[vec![1], vec![0, 2], vec![0, 1, 2]]).unwrap();
        let expected = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 4, 5, 6, 0];
        assert_eq!(chunk.as_slice::<i16>().unwrap(), expected);
        let apart = Chunk::from_slice(&[1, 1, 2], &[7_i16, 8]).unwrap();
        assign(&mut chunk, &apart, &[vec![0], vec![1], vec![3, 0]]).unwrap();
        assert_eq!(chunk.as_slice::<i16>().unwrap()[4..8], [8, 0, 0, 7]);
    }

    #[test]
    fn takes_numbers_and_nothing() {
        let mut number = Chunk::from_slice(&[], &[1.0_f64]).unwrap();
        assign(&mut number, &Chunk::from_slice(&[], &[2.0_f64]).unwrap(), &[]).unwrap();
        assert_eq!(number.as_slice::<f64>().unwrap(), [2.0]);
        let nothing = Chunk::from_slice::<f64>(&[0], &[]).unwrap();
        let mut some = Chunk::from_slice(&[2], &[1.0_f64, 2.0]).unwrap();
        assign(&mut some, &nothing, &[vec![]]).unwrap();
        assert!(assign(&mut some, &nothing, &[vec![1]]).is_err());
        assert!(assign(&mut some, &Chunk::from_slice(&[1], &[1.0_f64]).unwrap(), &[vec![2]]).is_err());
    }
}
