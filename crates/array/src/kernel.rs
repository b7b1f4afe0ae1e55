//! The loops that element-wise operations run in.
//!
//! A kernel works on one tile. It is made from a function on single elements by [`unary`], [`binary`],
//! [`ternary`], [`quaternary`] or [`select`], which compile one loop for that function and its types. A constant takes part as a tile of
//! equal elements, so no loop needs variants: compiling thousands of them takes time on a small machine.

use bramble_graph::DType;

use crate::element::{Cast, dispatch};
use crate::simd::{self, Loop};
use crate::{ArrayError, Bool, Element};

/// Computes a tile. Each argument has as many elements as the output, of the types that the kernel was made
/// for.
pub type Kernel = Box<dyn Fn(&[&[u8]], &mut [u8]) -> Result<(), ArrayError> + Send + Sync>;

/// What a closure on elements must be to become a kernel.
pub(crate) trait Function: Copy + Send + Sync + 'static {}
impl<F: Copy + Send + Sync + 'static> Function for F {}

/// The kernel of a function of one argument.
pub(crate) fn unary<T: Element, R: Element>(function: impl Fn(T) -> R + Function) -> Kernel {
    Box::new(move |arguments, out| {
        let a = bytemuck::cast_slice(arguments[0]);
        simd::run(Unary { function, a, out: bytemuck::cast_slice_mut(out) });
        Ok(())
    })
}

/// The kernel of a function of two arguments of the same type.
pub(crate) fn binary<T: Element, R: Element>(function: impl Fn(T, T) -> R + Function) -> Kernel {
    Box::new(move |arguments, out| {
        let [a, b] = [0, 1].map(|number| bytemuck::cast_slice(arguments[number]));
        simd::run(Binary { function, a, b, out: bytemuck::cast_slice_mut(out) });
        Ok(())
    })
}

/// The kernel of a function of three arguments of the same type.
pub(crate) fn ternary<T: Element, R: Element>(function: impl Fn(T, T, T) -> R + Function) -> Kernel {
    Box::new(move |arguments, out| {
        let [a, b, c] = [0, 1, 2].map(|number| bytemuck::cast_slice(arguments[number]));
        simd::run(Ternary { function, a, b, c, out: bytemuck::cast_slice_mut(out) });
        Ok(())
    })
}

/// The kernel of a function of four arguments of the same type.
pub(crate) fn quaternary<T: Element, R: Element>(function: impl Fn(T, T, T, T) -> R + Function) -> Kernel {
    Box::new(move |arguments, out| {
        let arguments = [0, 1, 2, 3].map(|number| bytemuck::cast_slice(arguments[number]));
        simd::run(Quaternary { function, arguments, out: bytemuck::cast_slice_mut(out) });
        Ok(())
    })
}

/// The kernel that takes elements of the second argument where the first is true, else of the third.
pub(crate) fn select<T: Element>() -> Kernel {
    Box::new(|arguments, out| {
        let condition = bytemuck::cast_slice(arguments[0]);
        let [a, b] = [1, 2].map(|number| bytemuck::cast_slice::<u8, T>(arguments[number]));
        simd::run(Select { condition, a, b, out: bytemuck::cast_slice_mut(out) });
        Ok(())
    })
}

/// The kernel that converts between element types.
pub(crate) fn cast(from: DType, to: DType) -> Kernel {
    dispatch!(from, A => dispatch!(to, B => unary(|element: A| -> B { element.cast() })))
}

struct Unary<'a, T, R, F> {
    function: F,
    a: &'a [T],
    out: &'a mut [R],
}

impl<T: Element, R: Element, F: Fn(T) -> R> Loop for Unary<'_, T, R, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (out, &a) in self.out.iter_mut().zip(self.a) {
            *out = (self.function)(a);
        }
    }
}

struct Binary<'a, T, R, F> {
    function: F,
    a: &'a [T],
    b: &'a [T],
    out: &'a mut [R],
}

impl<T: Element, R: Element, F: Fn(T, T) -> R> Loop for Binary<'_, T, R, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for ((out, &a), &b) in self.out.iter_mut().zip(self.a).zip(self.b) {
            *out = (self.function)(a, b);
        }
    }
}

struct Ternary<'a, T, R, F> {
    function: F,
    a: &'a [T],
    b: &'a [T],
    c: &'a [T],
    out: &'a mut [R],
}

impl<T: Element, R: Element, F: Fn(T, T, T) -> R> Loop for Ternary<'_, T, R, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (((out, &a), &b), &c) in self.out.iter_mut().zip(self.a).zip(self.b).zip(self.c) {
            *out = (self.function)(a, b, c);
        }
    }
}

struct Quaternary<'a, T, R, F> {
    function: F,
    arguments: [&'a [T]; 4],
    out: &'a mut [R],
}

impl<T: Element, R: Element, F: Fn(T, T, T, T) -> R> Loop for Quaternary<'_, T, R, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let [a, b, c, d] = self.arguments;
        for ((((out, &a), &b), &c), &d) in self.out.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            *out = (self.function)(a, b, c, d);
        }
    }
}

struct Select<'a, T> {
    condition: &'a [Bool],
    a: &'a [T],
    b: &'a [T],
    out: &'a mut [T],
}

impl<T: Element> Loop for Select<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (((out, condition), &a), &b) in self.out.iter_mut().zip(self.condition).zip(self.a).zip(self.b) {
            *out = if condition.get() { a } else { b };
        }
    }
}
