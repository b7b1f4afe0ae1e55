//! Values as numbers that have their order.

use polars::prelude::{
    BooleanChunked, ChunkedArray, Column, DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, PolarsNumericType, PolarsResult, Series, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use polars_arrow::array::Array as _;
use rayon::prelude::{IndexedParallelIterator, ParallelIterator, ParallelSlice, ParallelSliceMut};

use crate::engine::ranges::ordered_bits;

/// How many values are read in one go.
const PART: usize = 1 << 16;
/// Bits of a key.
const KEY: u32 = u64::BITS;

/// A part of what rows are sorted by, with fewer bits than a key or as many.
pub(super) enum Digit {
    /// The values of a column; those of nulls are all alike.
    Values { of: Series, width: u32, is_down: bool },
    /// Which rows of a column are null.
    Nulls { of: Series, come_last: bool },
}

/// What the rows of some columns are sorted by, the first of which counts most; none of types that are no numbers below.
pub(super) fn digits(columns: &[Column], descending: &[bool], nulls_last: bool) -> Option<Vec<Digit>> {
    let mut digits = Vec::new();
    for (number, column) in columns.iter().enumerate() {
        let of = column.as_materialized_series().to_physical_repr().into_owned();
        let width = width(of.dtype())?;
        if of.null_count() > 0 {
            digits.push(Digit::Nulls { of: of.clone(), come_last: nulls_last });
        }
        digits.push(Digit::Values {
            of,
            width,
            is_down: descending.get(number).copied().unwrap_or_default(),
        });
    }
    Some(digits)
}

/// Neighbouring digits that fit into a key, for as few keys as it takes; the last key comes first.
pub(super) fn of_keys(digits: &[Digit]) -> Vec<&[Digit]> {
    let mut keys = Vec::new();
    let mut end = digits.len();
    while end > 0 {
        let mut width = 0;
        let fits = |digit: &&Digit| {
            width += digit.width();
            width <= KEY
        };
        let begin = end - digits[..end].iter().rev().take_while(fits).count();
        keys.push(&digits[begin..end]);
        end = begin;
    }
    keys
}

/// The keys of rows by neighbouring digits.
pub(super) fn keys(digits: &[Digit], height: usize) -> PolarsResult<Vec<u64>> {
    let mut keys = vec![0; height];
    for digit in digits {
        digit.append(&mut keys)?;
    }
    Ok(keys)
}

impl Digit {
    fn width(&self) -> u32 {
        match self {
            Self::Values { width, .. } => *width,
            Self::Nulls { .. } => 1,
        }
    }

    /// Puts its bits behind those that keys have.
    fn append(&self, keys: &mut [u64]) -> PolarsResult<()> {
        match self {
            Self::Values { of, width, is_down } => {
                let flip = if *is_down { u64::MAX >> (KEY - width) } else { 0 };
                append(&mut Appender { keys, width: *width, flip }, of)
            }
            Self::Nulls { of, come_last } => {
                let is_first = |is_null: Option<bool>| u64::from(is_null == Some(*come_last));
                Appender { keys, width: 1, flip: 0 }.flags(&of.is_null(), is_first);
                Ok(())
            }
        }
    }
}

/// How many bits the values of a type take, if they are numbers.
fn width(dtype: &DataType) -> Option<u32> {
    match dtype {
        DataType::Boolean => Some(1),
        DataType::Int8 | DataType::UInt8 => Some(8),
        DataType::Int16 | DataType::UInt16 => Some(16),
        DataType::Int32 | DataType::UInt32 => Some(32),
        DataType::Int64 | DataType::UInt64 | DataType::Float32 | DataType::Float64 => Some(64),
        _ => None,
    }
}

/// Puts the codes of a column of a type that has a width behind the bits that keys have.
fn append(add: &mut Appender, of: &Series) -> PolarsResult<()> {
    // The sign of integers the other way round: negative ones come first.
    let sign = 1 << (add.width - 1);
    match of.dtype() {
        DataType::Boolean => add.flags(of.bool()?, |flag| u64::from(flag.unwrap_or_default())),
        DataType::Int8 => add.numbers::<Int8Type>(of.i8()?, |value| u64::from(value.cast_unsigned()) ^ sign),
        DataType::Int16 => {
            add.numbers::<Int16Type>(of.i16()?, |value| u64::from(value.cast_unsigned()) ^ sign);
        }
        DataType::Int32 => {
            add.numbers::<Int32Type>(of.i32()?, |value| u64::from(value.cast_unsigned()) ^ sign);
        }
        DataType::Int64 => add.numbers::<Int64Type>(of.i64()?, |value| value.cast_unsigned() ^ sign),
        DataType::UInt8 => add.numbers::<UInt8Type>(of.u8()?, u64::from),
        DataType::UInt16 => add.numbers::<UInt16Type>(of.u16()?, u64::from),
        DataType::UInt32 => add.numbers::<UInt32Type>(of.u32()?, u64::from),
        DataType::UInt64 => add.numbers::<UInt64Type>(of.u64()?, |value| value),
        DataType::Float32 => add.numbers::<Float32Type>(of.f32()?, |value| ordered_bits(f64::from(value))),
        DataType::Float64 => add.numbers::<Float64Type>(of.f64()?, ordered_bits),
        other => unreachable!("{other} has no width"),
    }
    Ok(())
}

/// Keys that get the codes of a column.
struct Appender<'a> {
    keys: &'a mut [u64],
    width: u32,
    /// Bits of the codes that are the other way round.
    flip: u64,
}

impl Appender<'_> {
    fn flags(&mut self, flags: &BooleanChunked, code: impl Fn(Option<bool>) -> u64) {
        for (key, flag) in self.keys.iter_mut().zip(flags.iter()) {
            let bit = if flag.is_none() { 0 } else { code(flag) ^ self.flip };
            *key = *key << 1 | bit;
        }
    }

    fn numbers<T: PolarsNumericType>(
        &mut self,
        values: &ChunkedArray<T>,
        code: impl Fn(T::Native) -> u64 + Sync,
    ) {
        let (width, flip) = (self.width, self.flip);
        // What takes all bits stands alone.
        let put = |key: &mut u64, code: u64| *key = key.unbounded_shl(width) | code;
        let mut rest = &mut *self.keys;
        for array in values.downcast_iter() {
            let (part, after) = rest.split_at_mut(array.len());
            rest = after;
            if array.null_count() > 0 {
                for (key, value) in part.iter_mut().zip(array.iter()) {
                    put(key, value.map_or(0, |&value| code(value) ^ flip));
                }
                continue;
            }
            part.par_chunks_mut(PART).zip(array.values().par_chunks(PART)).for_each(|(keys, values)| {
                for (key, &value) in keys.iter_mut().zip(values) {
                    put(key, code(value) ^ flip);
                }
            });
        }
    }
}
