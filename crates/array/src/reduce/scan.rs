//! Running reductions of one block.

use super::method::{Given, Method, Monoid};
use super::{Reduction, State};
use crate::kernel::Kernel;
use crate::simd::{self, Loop};
use crate::{AlignedBuffer, ArrayError};

/// Elements that are lifted to accumulators at a time: few enough that these stay in the first-level cache.
const LIFTED: usize = 1024;

/// A running reduction of one block under way.
pub struct Scanner {
    method: Method,
    lift: Option<Kernel>,
    lifted: AlignedBuffer,
    inner: Box<dyn Scan>,
}

/// A scan behind one type.
pub(super) trait Scan: Send {
    /// Makes each accumulator, of one element, what all elements so far amount to.
    fn run(&mut self, accumulators: &mut [u8]);
}

impl Reduction {
    /// Starts on a block of this shape, of which `axis` is scanned. `carry` is what the elements before amount to.
    ///
    /// # Errors
    /// [`ArrayError::UnsupportedType`] for reductions that cannot run along, [`ArrayError::StateMismatch`] for a carry
    /// that does not belong to the block, [`ArrayError::OutOfMemory`] and [`ArrayError::TooLarge`].
    pub fn scanner(self, shape: &[usize], axis: usize, carry: &State) -> Result<Scanner, ArrayError> {
        let elements = crate::element_count(shape)?;
        let inner = shape[axis + 1..].iter().product::<usize>();
        let kept = shape[..axis].iter().product::<usize>() * inner;
        let method = self.method;
        let size = method.merging.size();
        if !carry.is_none() && carry.bytes().len() != kept * size {
            let what = format!("a carry of {} bytes for {kept} places", carry.bytes().len());
            return Err(ArrayError::StateMismatch { op: self.name(), what });
        }
        let start = (!carry.is_none()).then(|| carry.bytes());
        let lines = Lines { length: shape[axis], inner, kept };
        let inner = method
            .merging
            .scan(lines, start)?
            .ok_or(ArrayError::UnsupportedType { op: self.name(), dtype: method.result })?;
        let lifted = AlignedBuffer::zeroed(LIFTED.min(elements) * size)?;
        Ok(Scanner { method, lift: method.lift.map(|lift| lift()), lifted, inner })
    }

    /// What the elements behind some states amount to: those of `before`, if that is one, and then the others.
    ///
    /// # Errors
    /// As [`Reduction::combine`].
    pub fn carry(self, before: Option<&State>, others: &[&State]) -> Result<State, ArrayError> {
        let before = before.filter(|state| !state.is_none());
        let parts: Vec<&State> = before.into_iter().chain(others.iter().copied()).collect();
        if parts.is_empty() { Ok(State::none()) } else { self.combine(&parts) }
    }
}

impl Scanner {
    /// Takes in the next elements in row-major order, and writes as many results.
    ///
    /// # Errors
    /// What lifting an element refuses, [`ArrayError::OutOfMemory`].
    pub fn feed(&mut self, tile: &[u8], out: &mut [u8]) -> Result<(), ArrayError> {
        let result_size = self.method.result.size();
        let size = self.method.merging.size();
        let pieces = tile.chunks(LIFTED * self.method.element_size);
        for (elements, out) in pieces.zip(out.chunks_mut(LIFTED * result_size)) {
            let lifted = &mut self.lifted[..elements.len() / self.method.element_size * size];
            match &self.lift {
                Some(lift) => lift(&[elements], lifted)?,
                None => lifted.copy_from_slice(elements),
            }
            self.inner.run(lifted);
            let given = Given { count: 1, ddof: 0.0 };
            out.copy_from_slice(&(self.method.finish)(lifted, given)?);
        }
        Ok(())
    }
}

/// A block as lines along the scanned axis.
#[derive(Clone, Copy)]
pub(super) struct Lines {
    length: usize,
    /// Lines that lie side by side.
    inner: usize,
    /// Lines in all.
    kept: usize,
}

/// A scan with a [`Monoid`].
pub(super) struct Running<M: Monoid> {
    lines: Lines,
    totals: AlignedBuffer,
    /// The line under way, or of lines side by side the first.
    line: usize,
    /// Elements of it that have been seen, of all lines side by side.
    seen: usize,
    reducer: std::marker::PhantomData<fn() -> M>,
}

impl<M: Monoid> Running<M> {
    pub(super) fn new(lines: Lines, start: Option<&[u8]>) -> Result<Running<M>, ArrayError> {
        let totals = match start {
            Some(start) => AlignedBuffer::copy_of(start)?,
            None => AlignedBuffer::filled(lines.kept, M::IDENTITY)?,
        };
        Ok(Running { lines, totals, line: 0, seen: 0, reducer: std::marker::PhantomData })
    }
}

impl<M: Monoid> Scan for Running<M> {
    fn run(&mut self, accumulators: &mut [u8]) {
        simd::run(Run { running: self, accumulators: bytemuck::cast_slice_mut(accumulators) });
    }
}

struct Run<'a, M: Monoid> {
    running: &'a mut Running<M>,
    accumulators: &'a mut [M::Acc],
}

impl<M: Monoid> Loop for Run<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Running { lines: Lines { length, inner, .. }, totals, line, seen, .. } = self.running;
        let totals = totals.as_mut_slice::<M::Acc>();
        let (length, inner) = (*length, *inner);
        let mut rest = self.accumulators;
        while !rest.is_empty() {
            let place = *seen % inner;
            let left = if inner == 1 { length - *seen } else { inner - place };
            let (now, later) = rest.split_at_mut(rest.len().min(left));
            rest = later;
            *seen += now.len();
            if inner == 1 {
                // A copy, so that it stays in a register.
                let mut total = totals[*line];
                for accumulator in now {
                    total = M::merge(total, *accumulator);
                    *accumulator = total;
                }
                totals[*line] = total;
            } else {
                let first = *line + place;
                for (total, accumulator) in totals[first..].iter_mut().zip(now) {
                    *total = M::merge(*total, *accumulator);
                    *accumulator = *total;
                }
            }
            if *seen == length * inner {
                *seen = 0;
                *line += inner;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bramble_graph::DType;

    use crate::reduce::testing::state;
    use crate::{Reduction, State};

    fn scan(x: &[f64], shape: &[usize], axis: usize, carry: &State, tile: usize) -> Vec<f64> {
        let sum = Reduction::new("sum", DType::Float64).unwrap();
        let mut scanner = sum.scanner(shape, axis, carry).unwrap();
        let mut out = vec![0.0; x.len()];
        for (x, out) in x.chunks(tile).zip(out.chunks_mut(tile)) {
            scanner.feed(bytemuck::cast_slice(x), bytemuck::cast_slice_mut(out)).unwrap();
        }
        out
    }

    #[test]
    fn runs_along_an_axis_from_a_carry_on() {
        let x: Vec<f64> = (0..24).map(f64::from).collect();
        let sum = Reduction::new("sum", DType::Float64).unwrap();
        let strides = [12, 4, 1];
        for axis in 0..3 {
            let carry = state(sum, &x, &[2, 3, 4], &[u32::try_from(axis).unwrap()], &[]).unwrap();
            for tile in [1, 3, 5, 24] {
                let none = scan(&x, &[2, 3, 4], axis, &State::none(), tile);
                let further = scan(&x, &[2, 3, 4], axis, &carry, tile);
                let mut kept = 0;
                for start in 0..24 {
                    if start / strides[axis] % [2, 3, 4][axis] != 0 {
                        continue;
                    }
                    let before: f64 = bytemuck::cast_slice::<u8, f64>(carry.bytes())[kept];
                    kept += 1;
                    let mut total = 0.0;
                    for place in (0..[2, 3, 4][axis]).map(|step| start + step * strides[axis]) {
                        total += x[place];
                        assert_eq!((none[place], further[place]), (total, total + before));
                    }
                }
            }
        }
    }

    #[test]
    fn refuses_what_cannot_run_along() {
        let var = Reduction::new("var", DType::Float64).unwrap();
        assert!(var.scanner(&[3], 0, &State::none()).is_err());
        let sum = Reduction::new("sum", DType::Int8).unwrap();
        let carry = state::<i8>(sum, &[1, 2], &[2], &[0], &[]).unwrap();
        assert!(sum.scanner(&[3, 4], 0, &carry).is_err());
        assert!(sum.carry(None, &[]).unwrap().is_none());
    }
}
