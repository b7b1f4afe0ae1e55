//! The Rust types that stand for the element types.

use std::fmt::Debug;

use bramble_graph::{DType, Scalar};
use bytemuck::{Pod, Zeroable};

/// A truth value in one byte. Every byte but 0 counts as true, so bytes of any origin may be read as it.
#[derive(Clone, Copy, Default, Pod, Zeroable)]
#[repr(transparent)]
pub struct Bool(u8);

impl Bool {
    /// True, as this crate writes it.
    pub const TRUE: Bool = Bool(1);
    /// False.
    pub const FALSE: Bool = Bool(0);

    /// Whether it is true.
    pub const fn get(self) -> bool {
        self.0 != 0
    }
}

impl From<bool> for Bool {
    #[inline]
    fn from(value: bool) -> Bool {
        Bool(u8::from(value))
    }
}

impl std::ops::BitAnd for Bool {
    type Output = Bool;

    #[inline]
    fn bitand(self, other: Bool) -> Bool {
        (self.get() & other.get()).into()
    }
}

impl std::ops::BitOr for Bool {
    type Output = Bool;

    #[inline]
    fn bitor(self, other: Bool) -> Bool {
        (self.get() | other.get()).into()
    }
}

impl std::ops::BitXor for Bool {
    type Output = Bool;

    #[inline]
    fn bitxor(self, other: Bool) -> Bool {
        (self.get() ^ other.get()).into()
    }
}

impl std::ops::Not for Bool {
    type Output = Bool;

    #[inline]
    fn not(self) -> Bool {
        (!self.get()).into()
    }
}

impl PartialEq for Bool {
    fn eq(&self, other: &Bool) -> bool {
        self.get() == other.get()
    }
}

impl PartialOrd for Bool {
    fn partial_cmp(&self, other: &Bool) -> Option<std::cmp::Ordering> {
        self.get().partial_cmp(&other.get())
    }
}

impl Debug for Bool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.get().fmt(f)
    }
}

/// A type that stands for a [`DType`].
pub trait Element: Pod + Default + PartialEq + PartialOrd + Debug + Send + Sync {
    /// The element type it stands for.
    const DTYPE: DType;

    /// Whether it is true: not zero. NaN is.
    fn truth(self) -> bool;
}

macro_rules! elements {
    ($($T:ident $dtype:ident),+) => {$(
        impl Element for $T {
            const DTYPE: DType = DType::$dtype;

            #[inline]
            fn truth(self) -> bool {
                self != $T::default()
            }
        }
    )+};
}

elements!(
    Bool Bool, i8 Int8, i16 Int16, i32 Int32, i64 Int64,
    u8 UInt8, u16 UInt16, u32 UInt32, u64 UInt64, f32 Float32, f64 Float64
);

/// Conversion between element types: float to integer truncates and saturates with NaN as 0, integer to
/// integer wraps, anything to bool asks whether it is not 0, double to single rounds to nearest.
pub(crate) trait Cast<To> {
    fn cast(self) -> To;
}

macro_rules! casts {
    ($from:ident: $($to:ident)+) => {
        $(
            impl Cast<$to> for $from {
                #[inline]
                #[expect(clippy::allow_attributes, reason = "no one lint fires for all types")]
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_possible_wrap,
                    clippy::cast_sign_loss,
                    clippy::cast_lossless,
                    clippy::unnecessary_cast,
                    reason = "`as` is the conversion that the trait describes"
                )]
                fn cast(self) -> $to {
                    self as $to
                }
            }
        )+

        impl Cast<Bool> for $from {
            #[inline]
            fn cast(self) -> Bool {
                self.truth().into()
            }
        }

        impl Cast<$from> for Bool {
            #[inline]
            fn cast(self) -> $from {
                u8::from(self.get()).cast()
            }
        }
    };
}

casts!(i8: i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
casts!(i16: i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
casts!(i32: i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
casts!(i64: i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
casts!(u8: i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
casts!(u16: i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
casts!(u32: i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
casts!(u64: i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
casts!(f32: i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
casts!(f64: i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);

impl Cast<Bool> for Bool {
    #[inline]
    fn cast(self) -> Bool {
        self.truth().into()
    }
}

/// The larger and the smaller of two. Of floats NaN if either is, and -0.0 is below 0.0, as IEEE 754's
/// `maximum` and `minimum` and JavaScript's `Math.max` and `Math.min` have it: order and grouping of many do
/// not matter.
pub(crate) trait Extremum: Element {
    const LOWEST: Self;
    const HIGHEST: Self;

    fn maximum(self, other: Self) -> Self;
    fn minimum(self, other: Self) -> Self;

    /// The maxima of columns: of what is known of each, and the elements that the rows have there.
    #[inline(always)]
    fn maxima<'a, const N: usize>(
        known: [Self; N],
        rows: impl Iterator<Item = &'a [Self; N]> + Clone,
    ) -> [Self; N] {
        by_columns(known, rows, Self::maximum)
    }

    /// The minima of columns, likewise.
    #[inline(always)]
    fn minima<'a, const N: usize>(
        known: [Self; N],
        rows: impl Iterator<Item = &'a [Self; N]> + Clone,
    ) -> [Self; N] {
        by_columns(known, rows, Self::minimum)
    }
}

/// What a function of two makes of each column.
#[inline(always)]
fn by_columns<'a, T: Copy + 'a, const N: usize>(
    mut known: [T; N],
    rows: impl Iterator<Item = &'a [T; N]>,
    function: impl Fn(T, T) -> T,
) -> [T; N] {
    for row in rows {
        for (known, &element) in known.iter_mut().zip(row) {
            *known = function(*known, element);
        }
    }
    known
}

/// Of bytes that are read as truth values, true is any of the larger ones.
impl Extremum for Bool {
    const LOWEST: Bool = Bool::FALSE;
    const HIGHEST: Bool = Bool::TRUE;

    #[inline(always)]
    fn maximum(self, other: Bool) -> Bool {
        Bool(self.0.max(other.0))
    }

    #[inline(always)]
    fn minimum(self, other: Bool) -> Bool {
        Bool(self.0.min(other.0))
    }
}

macro_rules! integer_extremum {
    ($($T:ident)+) => {$(
        impl Extremum for $T {
            const LOWEST: $T = $T::MIN;
            const HIGHEST: $T = $T::MAX;

            #[inline(always)]
            fn maximum(self, other: $T) -> $T {
                self.max(other)
            }

            #[inline(always)]
            fn minimum(self, other: $T) -> $T {
                self.min(other)
            }
        }
    )+};
}

integer_extremum!(i8 i16 i32 i64 u8 u16 u32 u64);

macro_rules! float_extremum {
    ($($T:ident)+) => {$(
        impl Extremum for $T {
            const LOWEST: $T = $T::NEG_INFINITY;
            const HIGHEST: $T = $T::INFINITY;

            #[inline(always)]
            fn maximum(self, other: $T) -> $T {
                // Equal numbers differ in the sign of zero at most. They come last: where `self` is in memory and what is chosen
                // goes to its place, LLVM makes a masked store of a choice that may leave it, which takes AMD's CPUs six
                // times as long as all of this.
                let equal = $T::from_bits(self.to_bits() & other.to_bits());
                let larger = if self > other { self } else { other };
                let unequal = if self.is_nan() { self } else { larger };
                if self == other { equal } else { unequal }
            }

            #[inline(always)]
            fn minimum(self, other: $T) -> $T {
                let equal = $T::from_bits(self.to_bits() | other.to_bits());
                let smaller = if self < other { self } else { other };
                let unequal = if self.is_nan() { self } else { smaller };
                if self == other { equal } else { unequal }
            }

            #[inline(always)]
            fn maxima<'a, const N: usize>(
                known: [$T; N],
                rows: impl Iterator<Item = &'a [$T; N]> + Clone,
            ) -> [$T; N] {
                // Of equal numbers, which are zeros of two signs if anything, each choice takes the other one.
                let of_numbers = |a: $T, b: $T| {
                    let either = [if a > b { a } else { b }, if b > a { b } else { a }];
                    $T::from_bits(either[0].to_bits() & either[1].to_bits())
                };
                among_numbers(known, rows.clone(), of_numbers, $T::is_nan)
                    .unwrap_or_else(|| by_columns(known, rows, <$T as Extremum>::maximum))
            }

            #[inline(always)]
            fn minima<'a, const N: usize>(
                known: [$T; N],
                rows: impl Iterator<Item = &'a [$T; N]> + Clone,
            ) -> [$T; N] {
                let of_numbers = |a: $T, b: $T| {
                    let either = [if a < b { a } else { b }, if b < a { b } else { a }];
                    $T::from_bits(either[0].to_bits() | either[1].to_bits())
                };
                among_numbers(known, rows.clone(), of_numbers, $T::is_nan)
                    .unwrap_or_else(|| by_columns(known, rows, <$T as Extremum>::minimum))
            }
        }
    )+};
}

float_extremum!(f32 f64);

/// What a function of two numbers makes of each column, if there is no NaN: asking for that once for all of them takes half of the
/// time that asking at each element does, in the first-level cache.
#[inline(always)]
fn among_numbers<'a, T: Copy + 'a, const N: usize>(
    known: [T; N],
    rows: impl Iterator<Item = &'a [T; N]>,
    function: impl Fn(T, T) -> T,
    is_nan: impl Fn(T) -> bool,
) -> Option<[T; N]> {
    let mut found = known;
    let mut nans = known.map(&is_nan);
    for row in rows {
        for ((found, nan), &element) in found.iter_mut().zip(&mut nans).zip(row) {
            *found = function(*found, element);
            *nan |= is_nan(element);
        }
    }
    let any = nans.into_iter().fold(false, |any, nan| any | nan);
    (!any).then_some(found)
}

/// The value that a constant takes in an element type.
pub(crate) fn from_scalar<T>(scalar: Scalar) -> T
where
    Bool: Cast<T>,
    i64: Cast<T>,
    u64: Cast<T>,
    f64: Cast<T>,
{
    match scalar {
        Scalar::Bool(value) => Bool::from(value).cast(),
        Scalar::Int(value) => value.cast(),
        Scalar::UInt(value) => value.cast(),
        Scalar::Float(value) => value.cast(),
    }
}

/// Calls code for the Rust type of a [`DType`], so that the choice is made once, outside of any loop.
///
/// `dispatch!(dtype, T => code)` gives the value of `code` with `T` the Rust type.
macro_rules! dispatch {
    ($dtype:expr, $T:ident => $code:expr) => {
        $crate::element::dispatch!(@arms $dtype, $T => $code; {
            Bool: $crate::Bool, Int8: i8, Int16: i16, Int32: i32, Int64: i64,
            UInt8: u8, UInt16: u16, UInt32: u32, UInt64: u64, Float32: f32, Float64: f64
        })
    };
    (@arms $dtype:expr, $T:ident => $code:expr; { $($name:ident: $type:ty),+ }) => {
        match $dtype {
            $(::bramble_graph::DType::$name => {
                type $T = $type;
                $code
            })+
        }
    };
}
pub(crate) use dispatch;

/// Calls code for the Rust type of a [`DType`] by its family: the first line whose family holds the type
/// counts, and a type in none of them gives `None`.
///
/// ```text
/// for_families!(dtype, {
///     integer T => binary(T::wrapping_add),
///     float T => binary(|a: T, b: T| a + b),
/// })
/// ```
macro_rules! for_families {
    ($dtype:expr, { $($family:ident $T:ident => $code:expr),+ $(,)? }) => {
        None$(.or_else(|| $crate::element::for_families!(@$family $dtype, $T => $code)))+
    };
    (@any $dtype:expr, $T:ident => $code:expr) => {
        Some($crate::element::dispatch!($dtype, $T => $code))
    };
    (@bool $dtype:expr, $T:ident => $code:expr) => {
        $crate::element::for_families!(@some $dtype, $T => $code; { Bool: $crate::Bool })
    };
    (@signed $dtype:expr, $T:ident => $code:expr) => {
        $crate::element::for_families!(@some $dtype, $T => $code; {
            Int8: i8, Int16: i16, Int32: i32, Int64: i64
        })
    };
    (@unsigned $dtype:expr, $T:ident => $code:expr) => {
        $crate::element::for_families!(@some $dtype, $T => $code; {
            UInt8: u8, UInt16: u16, UInt32: u32, UInt64: u64
        })
    };
    (@integer $dtype:expr, $T:ident => $code:expr) => {
        $crate::element::for_families!(@some $dtype, $T => $code; {
            Int8: i8, Int16: i16, Int32: i32, Int64: i64, UInt8: u8, UInt16: u16, UInt32: u32, UInt64: u64
        })
    };
    (@float $dtype:expr, $T:ident => $code:expr) => {
        $crate::element::for_families!(@some $dtype, $T => $code; { Float32: f32, Float64: f64 })
    };
    (@some $dtype:expr, $T:ident => $code:expr; { $($name:ident: $type:ty),+ }) => {
        match $dtype {
            $(::bramble_graph::DType::$name => {
                type $T = $type;
                Some($code)
            })+
            _ => None,
        }
    };
}
pub(crate) use for_families;

#[cfg(test)]
mod tests {
    use super::*;

    fn cast<A: Cast<B>, B>(value: A) -> B {
        value.cast()
    }

    #[test]
    fn floats_truncate_and_saturate_to_integers() {
        assert_eq!(cast::<f64, i8>(-128.9), -128);
        assert_eq!(cast::<f64, i8>(1e9), 127);
        assert_eq!(cast::<f64, u8>(-1.0), 0);
        assert_eq!(cast::<f32, u64>(f32::INFINITY), u64::MAX);
        assert_eq!(cast::<f64, i64>(f64::NAN), 0);
    }

    #[test]
    fn integers_wrap() {
        assert_eq!(cast::<i64, u8>(-1), 255);
        assert_eq!(cast::<u64, i32>(u64::MAX), -1);
        assert_eq!(cast::<i16, i8>(200), -56);
    }

    #[test]
    fn truth_is_not_zero() {
        assert_eq!(cast::<f64, Bool>(f64::NAN), Bool::TRUE);
        assert_eq!(cast::<f64, Bool>(-0.0), Bool::FALSE);
        assert_eq!(cast::<i32, Bool>(256), Bool::TRUE);
        let foreign: Bool = bytemuck::cast(7_u8);
        assert_eq!(foreign, Bool::TRUE);
        assert_eq!(cast::<Bool, f32>(foreign), 1.0);
        assert_eq!(bytemuck::cast::<Bool, u8>(foreign.cast()), 1);
    }

    #[test]
    fn every_type_stands_for_its_dtype() {
        for dtype in DType::ALL {
            assert_eq!(dispatch!(dtype, T => (T::DTYPE, size_of::<T>())), (dtype, dtype.size()));
        }
    }

    #[test]
    fn constants_take_the_type_they_are_used_in() {
        assert_eq!(from_scalar::<u8>(Scalar::Int(-1)), 255);
        assert_eq!(from_scalar::<f32>(Scalar::Float(0.1)), 0.1);
        assert_eq!(from_scalar::<i64>(Scalar::UInt(u64::MAX)), -1);
        assert_eq!(from_scalar::<Bool>(Scalar::Float(0.5)), Bool::TRUE);
        assert_eq!(from_scalar::<f64>(Scalar::Bool(true)), 1.0);
    }

    #[test]
    fn extremes_of_columns_have_the_bits_of_one_by_one() {
        let odd = [f64::NAN, -f64::NAN, 0.0, -0.0, 1.5, -1.5, f64::INFINITY, f64::NEG_INFINITY];
        let rows: Vec<[f64; 2]> = odd.iter().flat_map(|&a| odd.map(|b| [a, b])).collect();
        for known in rows.iter().copied().chain([[f64::LOWEST; 2], [f64::HIGHEST; 2]]) {
            for rows in rows.chunks(1).chain(rows.windows(2)).chain(rows.windows(9)) {
                let bits = |found: [f64; 2]| found.map(f64::to_bits);
                let maxima = by_columns(known, rows.iter(), <f64 as Extremum>::maximum);
                assert_eq!(bits(f64::maxima(known, rows.iter())), bits(maxima), "{known:?} {rows:?}");
                let minima = by_columns(known, rows.iter(), <f64 as Extremum>::minimum);
                assert_eq!(bits(f64::minima(known, rows.iter())), bits(minima), "{known:?} {rows:?}");
            }
        }
    }
}
