//! Columns of values as rows.

use polars::prelude::{Column, DataFrame, DataType, NamedFrom, Series};

use super::error::{FrameError, Result};
use super::expressions::to_series;
use super::run::{guarded, stream};
use super::types::to_data_type;
use crate::{ColumnData, ColumnType, Values};

/// Columns of the same length as an Arrow stream.
///
/// # Errors
///
/// [`FrameError::Schema`] for lengths that differ, [`FrameError::Data`] for a value that its type can't have.
pub fn make(columns: &[ColumnData]) -> Result<Vec<u8>> {
    guarded(|| {
        let series = columns.iter().map(|column| Ok(Column::from(to_column(column)?)));
        let series = series.collect::<Result<Vec<_>>>()?;
        let height = series.first().map_or(0, Column::len);
        stream(&mut DataFrame::new(height, series)?)
    })
}

fn to_column(column: &ColumnData) -> Result<Series> {
    // Named before the cast, which says of what it refuses in which column it is.
    let values = match &column.values {
        Values::Each(values) => to_series(values)?,
        Values::Numbers { of, bytes } => numbers(of, &bytes.0)?,
    }
    .with_name(column.name.as_str().into());
    let wanted = column.column_type.as_ref().map(to_data_type).transpose()?;
    Ok(match wanted {
        // Nothing but null, of no type as yet, fits any.
        Some(wanted) if *values.dtype() != wanted => values.strict_cast(&wanted)?,
        _ => values,
    })
}

fn numbers(of: &ColumnType, bytes: &[u8]) -> Result<Series> {
    macro_rules! series {
        ($number:ty) => {{
            let (words, _) = bytes.as_chunks::<{ size_of::<$number>() }>();
            let numbers: Vec<$number> = words.iter().map(|word| <$number>::from_le_bytes(*word)).collect();
            Series::new("".into(), numbers)
        }};
    }
    Ok(match of {
        ColumnType::I8 => series!(i8),
        ColumnType::I16 => series!(i16),
        ColumnType::I32 => series!(i32),
        ColumnType::I64 => series!(i64),
        ColumnType::U8 => series!(u8),
        ColumnType::U16 => series!(u16),
        ColumnType::U32 => series!(u32),
        ColumnType::U64 => series!(u64),
        ColumnType::F32 => series!(f32),
        ColumnType::F64 => series!(f64),
        ColumnType::Bool => series!(u8).cast(&DataType::Boolean)?,
        other => return Err(FrameError::Plan(format!("numbers of type {other:?}"))),
    })
}
