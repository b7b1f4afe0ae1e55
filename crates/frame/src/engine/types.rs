//! Types of columns as Polars has them.

use std::sync::Arc;

use polars::prelude::{Categories, DataType, Field, Schema, SchemaRef, TimeZone};

use super::error::{FrameError, Result};
use crate::{Column, ColumnType, TimeUnit};

/// Columns as a schema.
pub(super) fn to_schema(columns: &[Column]) -> Result<SchemaRef> {
    let mut schema = Schema::with_capacity(columns.len());
    for column in columns {
        schema.insert(column.name.as_str().into(), to_data_type(&column.column_type)?);
    }
    Ok(Arc::new(schema))
}

/// A schema as columns.
pub(super) fn from_schema(schema: &Schema) -> Vec<Column> {
    schema.iter().map(|(name, data_type)| column(name, data_type)).collect()
}

fn column(name: &str, data_type: &DataType) -> Column {
    Column { name: name.to_owned(), column_type: from_data_type(data_type) }
}

/// The type as Polars has it.
pub(super) fn to_data_type(column_type: &ColumnType) -> Result<DataType> {
    Ok(match column_type {
        ColumnType::Null => DataType::Null,
        ColumnType::Bool => DataType::Boolean,
        ColumnType::I8 => DataType::Int8,
        ColumnType::I16 => DataType::Int16,
        ColumnType::I32 => DataType::Int32,
        ColumnType::I64 => DataType::Int64,
        ColumnType::I128 => DataType::Int128,
        ColumnType::U8 => DataType::UInt8,
        ColumnType::U16 => DataType::UInt16,
        ColumnType::U32 => DataType::UInt32,
        ColumnType::U64 => DataType::UInt64,
        ColumnType::F32 => DataType::Float32,
        ColumnType::F64 => DataType::Float64,
        ColumnType::Str => DataType::String,
        ColumnType::Binary => DataType::Binary,
        ColumnType::Date => DataType::Date,
        ColumnType::Time => DataType::Time,
        ColumnType::Cat => DataType::from_categories(Categories::global()),
        ColumnType::Datetime { unit, zone } => {
            DataType::Datetime(to_unit(*unit), TimeZone::opt_try_new(zone.as_deref())?)
        }
        ColumnType::Duration { unit } => DataType::Duration(to_unit(*unit)),
        ColumnType::Decimal { precision, scale } => DataType::Decimal(*precision as usize, *scale as usize),
        ColumnType::List(inner) => DataType::List(Box::new(to_data_type(inner)?)),
        ColumnType::Struct(columns) => {
            let fields = columns.iter().map(|column| {
                Ok(Field::new(column.name.as_str().into(), to_data_type(&column.column_type)?))
            });
            DataType::Struct(fields.collect::<Result<_>>()?)
        }
        ColumnType::Other(name) => {
            return Err(FrameError::Schema(format!("columns of type {name} are not supported")));
        }
    })
}

/// The type as it travels.
pub(super) fn from_data_type(data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Null => ColumnType::Null,
        DataType::Boolean => ColumnType::Bool,
        DataType::Int8 => ColumnType::I8,
        DataType::Int16 => ColumnType::I16,
        DataType::Int32 => ColumnType::I32,
        DataType::Int64 => ColumnType::I64,
        DataType::Int128 => ColumnType::I128,
        DataType::UInt8 => ColumnType::U8,
        DataType::UInt16 => ColumnType::U16,
        DataType::UInt32 => ColumnType::U32,
        DataType::UInt64 => ColumnType::U64,
        DataType::Float32 => ColumnType::F32,
        DataType::Float64 => ColumnType::F64,
        DataType::String => ColumnType::Str,
        DataType::Binary => ColumnType::Binary,
        DataType::Date => ColumnType::Date,
        DataType::Time => ColumnType::Time,
        DataType::Categorical(..) => ColumnType::Cat,
        DataType::Datetime(unit, zone) => ColumnType::Datetime {
            unit: from_unit(*unit),
            zone: zone.as_ref().map(|zone| zone.as_str().to_owned()),
        },
        DataType::Duration(unit) => ColumnType::Duration { unit: from_unit(*unit) },
        // Not more than 38.
        DataType::Decimal(precision, scale) => ColumnType::Decimal {
            precision: u32::try_from(*precision).unwrap_or(38),
            scale: u32::try_from(*scale).unwrap_or(38),
        },
        DataType::List(inner) => ColumnType::List(Box::new(from_data_type(inner))),
        DataType::Struct(fields) => {
            ColumnType::Struct(fields.iter().map(|field| column(field.name(), field.dtype())).collect())
        }
        other => ColumnType::Other(format!("{other:?}")),
    }
}

/// The unit as Polars has it.
pub(super) fn to_unit(unit: TimeUnit) -> polars::prelude::TimeUnit {
    match unit {
        TimeUnit::Ns => polars::prelude::TimeUnit::Nanoseconds,
        TimeUnit::Us => polars::prelude::TimeUnit::Microseconds,
        TimeUnit::Ms => polars::prelude::TimeUnit::Milliseconds,
    }
}

fn from_unit(unit: polars::prelude::TimeUnit) -> TimeUnit {
    match unit {
        polars::prelude::TimeUnit::Nanoseconds => TimeUnit::Ns,
        polars::prelude::TimeUnit::Microseconds => TimeUnit::Us,
        polars::prelude::TimeUnit::Milliseconds => TimeUnit::Ms,
    }
}
