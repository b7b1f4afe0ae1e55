//! A block of an array in memory.

use std::sync::Arc;

use bramble_graph::{DType, Scalar};
use ndarray::{ArrayViewD, IxDyn};
use smallvec::SmallVec;

use crate::element::{dispatch, from_scalar};
use crate::{AlignedBuffer, ArrayError, Element};

/// Number of elements along each axis of something in memory.
pub type Shape = SmallVec<[usize; 4]>;

/// Elements of one type in row-major order without gaps. Cloning shares the memory.
#[derive(Clone, Debug)]
pub struct Chunk {
    dtype: DType,
    shape: Shape,
    data: Arc<AlignedBuffer>,
}

impl Chunk {
    /// A chunk over bytes that are there already.
    ///
    /// # Errors
    /// [`ArrayError::DataLength`] when shape and type take another number of bytes.
    pub fn new(dtype: DType, shape: &[usize], data: AlignedBuffer) -> Result<Chunk, ArrayError> {
        Chunk::sharing(dtype, shape, Arc::new(data))
    }

    /// A chunk over bytes that others may have too.
    ///
    /// # Errors
    /// [`ArrayError::DataLength`] when shape and type take another number of bytes.
    pub fn sharing(dtype: DType, shape: &[usize], data: Arc<AlignedBuffer>) -> Result<Chunk, ArrayError> {
        let expected = byte_length(dtype, shape)?;
        if data.len() != expected {
            return Err(ArrayError::DataLength {
                shape: shape.to_vec(),
                dtype,
                expected,
                actual: data.len(),
            });
        }
        Ok(Chunk { dtype, shape: shape.into(), data })
    }

    /// A chunk of zeros, to be filled through [`Chunk::bytes_mut`].
    ///
    /// # Errors
    /// [`ArrayError::OutOfMemory`] or [`ArrayError::TooLarge`].
    pub fn zeroed(dtype: DType, shape: &[usize]) -> Result<Chunk, ArrayError> {
        Chunk::new(dtype, shape, AlignedBuffer::zeroed(byte_length(dtype, shape)?)?)
    }

    /// A copy of these elements.
    ///
    /// # Errors
    /// [`ArrayError::OutOfMemory`], or [`ArrayError::DataLength`] when the shape does not fit.
    pub fn from_slice<T: Element>(shape: &[usize], elements: &[T]) -> Result<Chunk, ArrayError> {
        Chunk::new(T::DTYPE, shape, AlignedBuffer::copy_of(elements)?)
    }

    /// A chunk of one element and no axes.
    ///
    /// # Errors
    /// [`ArrayError::OutOfMemory`].
    pub fn from_scalar(dtype: DType, value: Scalar) -> Result<Chunk, ArrayError> {
        dispatch!(dtype, T => Chunk::from_slice::<T>(&[], &[from_scalar(value)]))
    }

    /// The same elements in another shape.
    ///
    /// # Errors
    /// [`ArrayError::DataLength`] when the shape has another number of elements.
    pub fn reshape(mut self, shape: &[usize]) -> Result<Chunk, ArrayError> {
        let (dtype, actual) = (self.dtype, self.data.len());
        let expected = byte_length(dtype, shape)?;
        if actual != expected {
            return Err(ArrayError::DataLength { shape: shape.to_vec(), dtype, expected, actual });
        }
        self.shape = shape.into();
        Ok(self)
    }

    /// Element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// Number of elements along each axis.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of elements in all.
    pub fn len(&self) -> usize {
        self.data.len() / self.dtype.size()
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// The elements as bytes of this machine's order.
    pub fn bytes(&self) -> &[u8] {
        &self.data
    }

    /// The bytes, to write to: `None` when a clone shares them.
    pub fn bytes_mut(&mut self) -> Option<&mut [u8]> {
        Arc::get_mut(&mut self.data).map(|data| &mut **data)
    }

    /// Whether clones of the chunk share its memory.
    pub fn is_shared(&self) -> bool {
        Arc::strong_count(&self.data) > 1
    }

    /// The same elements in memory of their own.
    ///
    /// # Errors
    /// [`ArrayError::OutOfMemory`].
    pub fn unshared(&self) -> Result<Chunk, ArrayError> {
        Chunk::new(self.dtype, &self.shape, AlignedBuffer::copy_of(self.bytes())?)
    }

    /// The memory itself, without copying it. Shared with clones of the chunk, if there are any.
    pub fn into_data(self) -> Arc<AlignedBuffer> {
        self.data
    }

    /// The elements.
    ///
    /// # Errors
    /// [`ArrayError::ElementType`] when they are of another type.
    pub fn as_slice<T: Element>(&self) -> Result<&[T], ArrayError> {
        if T::DTYPE != self.dtype {
            return Err(ArrayError::ElementType { expected: T::DTYPE, actual: self.dtype });
        }
        Ok(self.data.as_slice())
    }

    /// The elements as an n-dimensional view.
    ///
    /// # Errors
    /// [`ArrayError::ElementType`] when they are of another type.
    pub fn view<T: Element>(&self) -> Result<ArrayViewD<'_, T>, ArrayError> {
        let elements = self.as_slice()?;
        ArrayViewD::from_shape(IxDyn(&self.shape), elements)
            .map_err(|_| ArrayError::TooLarge { elements: u64::MAX })
    }
}

/// A length in memory of a length in the graph.
///
/// # Errors
/// [`ArrayError::TooLarge`] on a machine whose word is too short.
pub fn to_usize(length: u64) -> Result<usize, ArrayError> {
    usize::try_from(length).map_err(|_| ArrayError::TooLarge { elements: length })
}

/// A shape in memory of a shape in the graph.
///
/// # Errors
/// [`ArrayError::TooLarge`] on a machine whose word is too short.
pub fn to_shape(lengths: &[u64]) -> Result<Shape, ArrayError> {
    lengths.iter().map(|&length| to_usize(length)).collect()
}

/// Number of elements of a shape.
///
/// # Errors
/// [`ArrayError::TooLarge`] when the number does not fit a machine word.
pub fn element_count(shape: &[usize]) -> Result<usize, ArrayError> {
    // A shape with an empty axis is empty, however long the others are.
    if shape.contains(&0) {
        return Ok(0);
    }
    let elements = shape.iter().try_fold(1_u64, |count, &length| count.checked_mul(length as u64));
    to_usize(elements.ok_or(ArrayError::TooLarge { elements: u64::MAX })?)
}

/// Bytes of a shape.
pub(crate) fn byte_length(dtype: DType, shape: &[usize]) -> Result<usize, ArrayError> {
    let elements = element_count(shape)?;
    elements.checked_mul(dtype.size()).ok_or(ArrayError::TooLarge { elements: elements as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_its_elements_back() {
        let chunk = Chunk::from_slice(&[2, 3], &[1_i16, 2, 3, 4, 5, 6]).unwrap();
        assert_eq!((chunk.dtype(), chunk.len(), chunk.bytes().len()), (DType::Int16, 6, 12));
        assert_eq!(chunk.as_slice::<i16>().unwrap(), [1, 2, 3, 4, 5, 6]);
        assert_eq!(chunk.view::<i16>().unwrap()[[1, 2]], 6);
        assert!(matches!(
            chunk.as_slice::<u16>(),
            Err(ArrayError::ElementType { expected: DType::UInt16, actual: DType::Int16 })
        ));
    }

    #[test]
    fn refuses_data_of_another_length() {
        let error = Chunk::from_slice(&[2, 3], &[1.0_f64; 5]).unwrap_err();
        assert_eq!(error.to_string(), "shape [2, 3] of float64 takes 48 bytes, but the data has 40");
        assert!(Chunk::zeroed(DType::Int8, &[4]).unwrap().reshape(&[3]).is_err());
    }

    #[test]
    fn has_chunks_without_elements_and_without_axes() {
        assert!(Chunk::zeroed(DType::Float64, &[1000, 0]).unwrap().is_empty());
        let scalar = Chunk::from_scalar(DType::Float32, Scalar::Float(2.5)).unwrap();
        assert_eq!((scalar.shape(), scalar.as_slice::<f32>().unwrap()), (&[][..], &[2.5][..]));
    }

    #[test]
    fn says_when_a_machine_word_is_too_short() {
        assert!(matches!(Chunk::zeroed(DType::Int8, &[usize::MAX, 2]), Err(ArrayError::TooLarge { .. })));
        assert!(matches!(Chunk::zeroed(DType::Int64, &[usize::MAX / 4]), Err(ArrayError::TooLarge { .. })));
        assert_eq!(element_count(&[usize::MAX, usize::MAX, 0]).unwrap(), 0);
    }

    #[test]
    fn is_writable_only_while_nobody_shares_it() {
        let mut chunk = Chunk::zeroed(DType::UInt8, &[3]).unwrap();
        chunk.bytes_mut().unwrap()[1] = 5;
        let shared = chunk.clone();
        assert!(chunk.bytes_mut().is_none());
        assert_eq!(shared.bytes(), [0, 5, 0]);
    }
}
