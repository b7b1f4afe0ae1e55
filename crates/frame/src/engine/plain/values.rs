//! Text as values of columns.

use polars::prelude::{
    BooleanChunkedBuilder, ChunkedArray, ChunkedBuilder, Column, DataFrame, DataType, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, IntoColumn, PlSmallStr, PolarsNumericType,
    PrimitiveChunkedBuilder, SchemaRef, StringChunkedBuilder, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};

/// A column that is wanted.
pub(super) struct Wanted {
    /// Its place among all columns.
    place: usize,
    pub(super) name: PlSmallStr,
    pub(super) dtype: DataType,
}

/// The columns of some names, or else all; nothing if one has a type that only Polars reads.
pub(super) fn wanted(schema: &SchemaRef, names: Option<&[PlSmallStr]>) -> Option<Vec<Wanted>> {
    let column = |name: &PlSmallStr| {
        let (place, _, dtype) = schema.get_full(name)?;
        is_plain(dtype).then(|| Wanted { place, name: name.clone(), dtype: dtype.clone() })
    };
    match names {
        Some(names) => names.iter().map(column).collect(),
        None => schema.iter_names().map(column).collect(),
    }
}

fn is_plain(dtype: &DataType) -> bool {
    matches!(dtype, DataType::String | DataType::Boolean | DataType::Float32 | DataType::Float64)
        || (dtype.is_integer() && !matches!(dtype, DataType::Int128 | DataType::UInt128))
}

/// The wanted columns of lines of which all values end where `ends` says; nothing if a value is not of its type.
pub(super) fn frame(lines: &[u8], ends: &[u32], width: usize, wanted: &[Wanted]) -> Option<DataFrame> {
    let height = ends.len() / width;
    let columns = wanted.iter().map(|column| {
        let values = Values { lines, ends, width, place: column.place };
        let name = column.name.clone();
        match column.dtype {
            DataType::String => values.strings(name),
            DataType::Boolean => values.booleans(name),
            DataType::Float64 => values.numbers::<Float64Type>(name, |text| fast_float2::parse(text).ok()),
            DataType::Float32 => values.numbers::<Float32Type>(name, |text| fast_float2::parse(text).ok()),
            DataType::Int8 => values.integers::<Int8Type>(name),
            DataType::Int16 => values.integers::<Int16Type>(name),
            DataType::Int32 => values.integers::<Int32Type>(name),
            DataType::Int64 => values.integers::<Int64Type>(name),
            DataType::UInt8 => values.integers::<UInt8Type>(name),
            DataType::UInt16 => values.integers::<UInt16Type>(name),
            DataType::UInt32 => values.integers::<UInt32Type>(name),
            DataType::UInt64 => values.integers::<UInt64Type>(name),
            _ => None,
        }
    });
    DataFrame::new(height, columns.collect::<Option<Vec<_>>>()?).ok()
}

/// The values of a column, as text.
#[derive(Clone, Copy)]
struct Values<'a> {
    lines: &'a [u8],
    ends: &'a [u32],
    width: usize,
    place: usize,
}

impl<'a> Values<'a> {
    /// Where each value begins and ends.
    fn spans(self) -> impl Iterator<Item = (usize, usize)> + use<'a> {
        let Values { lines, ends, width, place } = self;
        // Before a line break it belongs to that.
        let is_last = place + 1 == width;
        let mut start_of_line = 0;
        ends.chunks_exact(width).map(move |ends| {
            let start = if place == 0 { start_of_line } else { ends[place - 1] as usize + 1 };
            start_of_line = ends[width - 1] as usize + 1;
            let end = ends[place] as usize;
            (start, end - usize::from(is_last && end > start && lines[end - 1] == b'\r'))
        })
    }

    fn height(self) -> usize {
        self.ends.len() / self.width
    }

    fn numbers<T: PolarsNumericType>(
        self,
        name: PlSmallStr,
        parse: impl Fn(&[u8]) -> Option<T::Native>,
    ) -> Option<Column> {
        let mut values = Vec::with_capacity(self.height());
        for (start, end) in self.spans() {
            if start == end {
                return self.numbers_or_null::<T>(name, parse);
            }
            values.push(parse(&self.lines[start..end])?);
        }
        Some(ChunkedArray::<T>::from_vec(name, values).into_column())
    }

    fn numbers_or_null<T: PolarsNumericType>(
        self,
        name: PlSmallStr,
        parse: impl Fn(&[u8]) -> Option<T::Native>,
    ) -> Option<Column> {
        let mut column = PrimitiveChunkedBuilder::<T>::new(name, self.height());
        for (start, end) in self.spans() {
            if start == end {
                column.append_null();
            } else {
                column.append_value(parse(&self.lines[start..end])?);
            }
        }
        Some(column.finish().into_column())
    }

    fn integers<T: PolarsNumericType<Native: TryFrom<i64>>>(self, name: PlSmallStr) -> Option<Column> {
        self.numbers::<T>(name, |text| T::Native::try_from(integer(text)?).ok())
    }

    fn booleans(self, name: PlSmallStr) -> Option<Column> {
        let mut column = BooleanChunkedBuilder::new(name, self.height());
        for (start, end) in self.spans() {
            match &self.lines[start..end] {
                [] => column.append_null(),
                text if text.eq_ignore_ascii_case(b"true") => column.append_value(true),
                text if text.eq_ignore_ascii_case(b"false") => column.append_value(false),
                _ => return None,
            }
        }
        Some(column.finish().into_column())
    }

    fn strings(self, name: PlSmallStr) -> Option<Column> {
        let lines = str::from_utf8(self.lines).ok()?;
        let mut column = StringChunkedBuilder::new(name, self.height());
        for (start, end) in self.spans() {
            if start == end {
                column.append_null();
            } else {
                column.append_value(&lines[start..end]);
            }
        }
        Some(column.finish().into_column())
    }
}

/// A number of at most 18 digits, which fit any; of others only Polars knows what they are.
fn integer(text: &[u8]) -> Option<i64> {
    let (is_negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let number = digits.iter().try_fold(0, |number: i64, digit| {
        let digit = digit.wrapping_sub(b'0');
        (digit < 10).then_some(number * 10 + i64::from(digit))
    })?;
    Some(if is_negative { -number } else { number })
}
