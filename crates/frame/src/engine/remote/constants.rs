//! Columns whose values are in the names of objects: of folders such as `year=2024`, and the URL.

use polars::prelude::{
    AnyValue, Column, DataFrame, DataType, LazyFrame, PlRefPath, Scalar, Schema, col, lit,
};
use polars_plan::plans::hive::hive_partitions_from_paths;

use crate::engine::error::{FrameError, Result};
use crate::engine::types::{from_data_type, to_schema};
use crate::{Scan, ScanFormat};

/// The columns that a scan has beside those in its objects, with a row for each object.
pub(super) fn constants(scan: &Scan, in_file: &Schema) -> Result<Option<DataFrame>> {
    let mut columns = folders(scan, in_file)?;
    if let Some(name) = &scan.path_column {
        columns.push(Column::new(name.as_str().into(), &scan.paths));
    }
    if columns.is_empty() { Ok(None) } else { Ok(Some(DataFrame::new(scan.paths.len(), columns)?)) }
}

/// The columns of folders, of types that were found for all objects together.
fn folders(scan: &Scan, in_file: &Schema) -> Result<Vec<Column>> {
    if scan.format != (ScanFormat::Parquet { hive: true }) {
        return Ok(Vec::new());
    }
    let known = scan.columns.as_deref().map(to_schema).transpose()?;
    let paths: Vec<PlRefPath> = scan.paths.iter().map(|path| PlRefPath::new(path.as_str())).collect();
    let found = hive_partitions_from_paths(&paths, 0, known, in_file, true)?;
    Ok(found.map(|found| found.df().columns().to_vec()).unwrap_or_default())
}

/// Rows of an object beside the constants of it, in the order of all columns. Columns that it lacks, or has otherwise, because
/// nobody wants them are null: the query still names them.
pub(super) fn beside(mut rows: LazyFrame, constants: Option<&DataFrame>, all: &Schema) -> Result<LazyFrame> {
    let there = rows.collect_schema()?;
    if let Some(other) = there.iter_names().find(|name| !all.contains(name)) {
        return Err(FrameError::Schema(format!("it has a column {other:?}, which the first lacks")));
    }
    let mut values = Vec::new();
    for (name, data_type) in all.iter() {
        let constant = constants.and_then(|constants| constants.column(name).ok());
        let value = match constant {
            Some(constant) => constant.get(0)?.into_static(),
            None if there.get(name).is_some_and(|found| is_same(found, data_type)) => continue,
            None => AnyValue::Null,
        };
        values.push(lit(Scalar::new(data_type.clone(), value)).alias(name.clone()));
    }
    Ok(rows.with_columns(values).select(all.iter_names().cloned().map(col).collect::<Vec<_>>()))
}

fn is_same(one: &DataType, other: &DataType) -> bool {
    from_data_type(one) == from_data_type(other)
}
