//! Kernels of functions of doubles, which serve float32 too.

use std::marker::PhantomData;

use bramble_graph::DType;

use crate::Element;
use crate::element::{Cast, for_families};
use crate::kernel::{Function, Kernel};
use crate::math::GREATEST_ANGLE;
use crate::simd::{self, Loop};

/// A function of doubles. A type rather than a value, since the call of a closure is not always inlined, and a loop
/// with a call in it has no vectors: `call` must be `#[inline(always)]`.
pub(crate) trait RealFunction<const ARITY: usize>: 'static {
    fn call(arguments: [f64; ARITY]) -> f64;
}

/// The kernel of a path to a function of one or two doubles. Of float32 the result is rounded, which is nearly always
/// the nearest float32 to the exact one.
macro_rules! real {
    ($dtype:expr, $function:path, 1) => {
        $crate::real::real!(@type 1, $function, [x] => $crate::real::real_unary::<Function>($dtype))
    };
    ($dtype:expr, $function:path, 2) => {
        $crate::real::real!(@type 2, $function, [x, y] => $crate::real::real_binary::<Function>($dtype))
    };
    (@type $arity:literal, $function:path, [$($x:ident),+] => $kernel:expr) => {{
        struct Function;
        impl $crate::real::RealFunction<$arity> for Function {
            #[inline(always)]
            fn call([$($x),+]: [f64; $arity]) -> f64 {
                $function($($x),+)
            }
        }
        $kernel
    }};
}
pub(crate) use real;

/// The kernel of a function of one double, for [`real`].
pub(crate) fn real_unary<F: RealFunction<1>>(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        float T => real_loop(|arguments: &[&[u8]], out| {
            let a = bytemuck::cast_slice::<u8, T>(arguments[0]);
            simd::run_long(Real { function: PhantomData::<F>, arguments: [a], out });
        }),
    })
}

/// The kernel of a function of two doubles, for [`real`].
pub(crate) fn real_binary<F: RealFunction<2>>(dtype: DType) -> Option<Kernel> {
    for_families!(dtype, {
        float T => real_loop(|arguments: &[&[u8]], out| {
            let [a, b] = [0, 1].map(|number| bytemuck::cast_slice::<u8, T>(arguments[number]));
            simd::run_long(Real { function: PhantomData::<F>, arguments: [a, b], out });
        }),
    })
}

fn real_loop<T: Element>(run: impl Fn(&[&[u8]], &mut [T]) + Send + Sync + 'static) -> Kernel {
    Box::new(move |arguments, out| {
        run(arguments, bytemuck::cast_slice_mut(out));
        Ok(())
    })
}

/// Gives a kernel of angles another way for large ones, of which there are few.
pub(crate) fn with_large_angles(
    dtype: DType,
    kernel: Option<Kernel>,
    of_large: fn(f64) -> f64,
) -> Option<Kernel> {
    let kernel = kernel?;
    for_families!(dtype, {
        float T => with_exceptions::<T>(
            kernel,
            |a| <T as Cast<f64>>::cast(a).abs() > GREATEST_ANGLE,
            move |a| of_large(a.cast()).cast(),
        ),
    })
}

/// Computes the elements anew that are exceptions.
fn with_exceptions<T: Element>(
    kernel: Kernel,
    is_exception: impl Fn(T) -> bool + Function,
    function: impl Fn(T) -> T + Function,
) -> Kernel {
    Box::new(move |arguments, out| {
        kernel(arguments, out)?;
        let a: &[T] = bytemuck::cast_slice(arguments[0]);
        if simd::run(Count { is_exception, a }) > 0 {
            let out: &mut [T] = bytemuck::cast_slice_mut(out);
            for (out, &a) in out.iter_mut().zip(a).filter(|&(_, &a)| is_exception(a)) {
                *out = function(a);
            }
        }
        Ok(())
    })
}

struct Real<'a, F, T, const ARITY: usize> {
    function: PhantomData<F>,
    arguments: [&'a [T]; ARITY],
    out: &'a mut [T],
}

impl<F: RealFunction<1>, T: Element + Cast<f64>> Loop for Real<'_, F, T, 1>
where
    f64: Cast<T>,
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let [a] = self.arguments;
        for (out, &a) in self.out.iter_mut().zip(a) {
            *out = F::call([a.cast()]).cast();
        }
    }
}

impl<F: RealFunction<2>, T: Element + Cast<f64>> Loop for Real<'_, F, T, 2>
where
    f64: Cast<T>,
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let [a, b] = self.arguments;
        for ((out, &a), &b) in self.out.iter_mut().zip(a).zip(b) {
            *out = F::call([a.cast(), b.cast()]).cast();
        }
    }
}

struct Count<'a, T, F> {
    is_exception: F,
    a: &'a [T],
}

impl<T: Element, F: Fn(T) -> bool> Loop for Count<'_, T, F> {
    type Output = u64;

    #[inline(always)]
    fn run(self) -> u64 {
        self.a.iter().map(|&a| u64::from((self.is_exception)(a))).sum()
    }
}
