//! A matrix in memory, to be written to, perhaps between others.

use std::marker::PhantomData;

use bytemuck::Pod;

/// Rows of equal length, evenly apart, to be written to.
#[derive(Debug)]
pub struct RowsMut<'a, T> {
    first: *mut T,
    count: usize,
    length: usize,
    /// From the beginning of a row to that of the next.
    stride: usize,
    rows: PhantomData<&'a mut [T]>,
}

impl<'a, T: Pod> RowsMut<'a, T> {
    /// # Safety
    /// For as long as `'a`, all rows are there, `stride` elements apart, aligned, and nobody else's. No two have an element in common.
    pub(crate) unsafe fn new(first: *mut T, count: usize, length: usize, stride: usize) -> RowsMut<'a, T> {
        RowsMut { first, count, length, stride, rows: PhantomData }
    }

    /// Elements side by side, as rows of `length` elements each. What is left at the end is in none.
    pub fn of(elements: &'a mut [T], length: usize) -> RowsMut<'a, T> {
        let count = elements.len().checked_div(length).unwrap_or(0);
        // SAFETY: the rows lie in the slice, one behind the other.
        unsafe { RowsMut::new(elements.as_mut_ptr(), count, length, length) }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// How many elements a row has.
    pub fn length(&self) -> usize {
        self.length
    }

    /// How many elements the beginnings of two rows are apart.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// The first element of the first row. What is no element of a row must not be written to.
    pub fn as_mut_ptr(&mut self) -> *mut T {
        self.first
    }

    /// The rows, one after the other.
    pub fn each(&mut self) -> impl Iterator<Item = &mut [T]> {
        // SAFETY: these are the elements of a row, and each row comes once.
        (0..self.count).map(|row| unsafe {
            std::slice::from_raw_parts_mut(self.first.add(row * self.stride), self.length)
        })
    }

    /// Takes away the first `count` rows.
    ///
    /// # Panics
    /// When there are fewer.
    pub fn take(&mut self, count: usize) -> RowsMut<'_, T> {
        assert!(count <= self.count, "{count} of {} rows", self.count);
        let first = self.first;
        self.first = first.wrapping_add(count * self.stride);
        self.count -= count;
        // SAFETY: these rows are no longer among the others.
        unsafe { RowsMut::new(first, count, self.length, self.stride) }
    }

    /// The same bytes as elements of another type.
    ///
    /// # Panics
    /// When elements of it do not begin and end where rows do.
    pub fn cast<U: Pod>(&mut self) -> RowsMut<'_, U> {
        let whole = |elements: usize| {
            let bytes = elements * size_of::<T>();
            assert!(bytes.is_multiple_of(size_of::<U>()), "{bytes} bytes as elements of {}", size_of::<U>());
            bytes / size_of::<U>()
        };
        let first = self.first.cast::<U>();
        assert!(first.is_aligned(), "elements of {} at {first:p}", size_of::<U>());
        // SAFETY: the rows are the same, and their type may have any bytes.
        unsafe { RowsMut::new(first, self.count, whole(self.length), whole(self.stride)) }
    }
}
