//! Discrete Fourier transforms of lines, which `rustfft` computes on the calling thread.

use bramble_array::{AlignedBuffer, ArrayError, Chunk, Element, to_usize};
use bramble_graph::FourierOf;
use realfft::RealFftPlanner;
use rustfft::num_complex::Complex;
use rustfft::num_traits::Zero;
use rustfft::{FftNum, FftPlanner};

/// What is transformed.
#[derive(Clone, Copy)]
pub(crate) struct Request {
    pub(crate) length: u64,
    pub(crate) inverse: bool,
    pub(crate) of: FourierOf,
}

/// Transforms each line along the last axis of chunks of real and imaginary parts.
pub(crate) fn fourier<T: Element + FftNum>(
    request: Request,
    shape: &[usize],
    inputs: &[&Chunk],
) -> Result<Chunk, ArrayError> {
    let length = to_usize(request.length)?;
    let parts = Parts::<T>::new(inputs)?;
    let made = if request.of == FourierOf::Complex { length } else { length / 2 + 1 };
    let columns = if request.of == FourierOf::Half { length } else { made };
    let expected = parts.lines * columns * if request.of == FourierOf::Half { 1 } else { 2 };
    if shape.iter().product::<usize>() != expected {
        return Err(crate::misfit(T::DTYPE, shape, inputs));
    }
    let mut out = AlignedBuffer::zeroed(expected * size_of::<T>())?;
    match request.of {
        FourierOf::Complex => of_complex(&parts, length, request.inverse, out.as_mut_slice()),
        FourierOf::Real => of_real(&parts, length, out.as_mut_slice()),
        FourierOf::Half => of_half(&parts, length, out.as_mut_slice()),
    }
    Chunk::new(T::DTYPE, shape, out)
}

/// Lines of real parts and, unless all are 0, of imaginary parts.
struct Parts<'a, T> {
    re: &'a [T],
    im: Option<&'a [T]>,
    lines: usize,
    /// Elements of each line.
    length: usize,
}

impl<'a, T: Element + FftNum> Parts<'a, T> {
    fn new(inputs: &[&'a Chunk]) -> Result<Parts<'a, T>, ArrayError> {
        let shape = inputs[0].shape();
        let Some((&length, others)) = shape.split_last() else {
            return Err(crate::misfit(T::DTYPE, shape, inputs));
        };
        let im = inputs.get(1).map(|chunk| chunk.as_slice()).transpose()?;
        let re: &[T] = inputs[0].as_slice()?;
        if im.is_some_and(|im: &[T]| im.len() != re.len()) {
            return Err(crate::misfit(T::DTYPE, shape, inputs));
        }
        Ok(Parts { re, im, lines: others.iter().product(), length })
    }

    /// Writes the first elements of a line; what the line lacks is 0.
    fn read(&self, line: usize, into: &mut [Complex<T>]) {
        let start = line * self.length;
        let count = self.length.min(into.len());
        into[count..].fill(Complex::zero());
        for (place, into) in into[..count].iter_mut().enumerate() {
            let im = self.im.map_or_else(T::zero, |im| im[start + place]);
            *into = Complex::new(self.re[start + place], im);
        }
    }
}

/// Writes a line of complex numbers to both halves of what is made.
fn write<T: Element>(from: &[Complex<T>], line: usize, out: &mut [T]) {
    let (re, im) = out.split_at_mut(out.len() / 2);
    let start = line * from.len();
    for ((from, re), im) in from.iter().zip(&mut re[start..]).zip(&mut im[start..]) {
        (*re, *im) = (from.re, from.im);
    }
}

fn of_complex<T: Element + FftNum>(parts: &Parts<T>, length: usize, inverse: bool, out: &mut [T]) {
    let mut planner = FftPlanner::new();
    let plan = if inverse { planner.plan_fft_inverse(length) } else { planner.plan_fft_forward(length) };
    let mut buffer = vec![Complex::zero(); length];
    let mut scratch = vec![Complex::zero(); plan.get_inplace_scratch_len()];
    for line in 0..parts.lines {
        parts.read(line, &mut buffer);
        plan.process_with_scratch(&mut buffer, &mut scratch);
        write(&buffer, line, out);
    }
}

fn of_real<T: Element + FftNum>(parts: &Parts<T>, length: usize, out: &mut [T]) {
    let plan = RealFftPlanner::<T>::new().plan_fft_forward(length);
    let (mut line, mut made) = (plan.make_input_vec(), plan.make_output_vec());
    let mut scratch = plan.make_scratch_vec();
    let count = parts.length.min(length);
    for number in 0..parts.lines {
        let start = number * parts.length;
        line[..count].copy_from_slice(&parts.re[start..start + count]);
        line[count..].fill(T::zero());
        if plan.process_with_scratch(&mut line, &mut made, &mut scratch).is_err() {
            unreachable!("all have the lengths that the plan wants");
        }
        write(&made, number, out);
    }
}

fn of_half<T: Element + FftNum>(parts: &Parts<T>, length: usize, out: &mut [T]) {
    let plan = RealFftPlanner::<T>::new().plan_fft_inverse(length);
    let mut half = plan.make_input_vec();
    let mut scratch = plan.make_scratch_vec();
    for (number, out) in out.chunks_exact_mut(length).enumerate() {
        parts.read(number, &mut half);
        // Of real elements the sum and, of an even number, the frequency in the middle are real.
        half[0].im = T::zero();
        if let (true, Some(last)) = (length.is_multiple_of(2), half.last_mut()) {
            last.im = T::zero();
        }
        if plan.process_with_scratch(&mut half, out, &mut scratch).is_err() {
            unreachable!("all have the lengths that the plan wants");
        }
    }
}
