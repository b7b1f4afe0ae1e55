//! Files beside the columns that were found for all files of a scan.
//!
//! The first file says which columns all have, and Polars refuses another that has others. A piece of a query reads some
//! files without the first one: it holds them to what the scan says.

use polars::prelude::{
    AllowedOptimizations, DataFrame, DataType, Expr, LazyFrame, NULL, PlRefPath, PlSmallStr, PolarsError,
    Schema, SchemaRef, lit,
};
use polars_plan::plans::hive::get_hive_parts_iter;

use super::error::{FrameError, Result};
use super::expressions::literal_column;
use super::types::{from_data_type, from_schema, to_data_type, to_schema};
use crate::{Column, Scan, ScanFormat};

/// The columns that folders of a scan are, with the types that were found for all of them: of a folder of null alone nobody
/// knows the type.
pub(super) fn folder_columns(scan: &Scan) -> Result<Option<SchemaRef>> {
    let (Some(columns), Some(path)) = (&scan.columns, scan.paths.first()) else { return Ok(None) };
    let path = PlRefPath::new(path.as_str());
    let is_folder = |column: &&Column| get_hive_parts_iter(&path).any(|(name, _)| name == column.name);
    let folders: Vec<Column> = columns.iter().filter(is_folder).cloned().collect();
    if folders.is_empty() { Ok(None) } else { to_schema(&folders).map(Some) }
}

/// The rows of files with the columns of their scan, in its order; readers of text have been told these. What Polars refuses of a
/// file behind the first one is refused: columns that it lacks or has of other types where these are wanted, and columns
/// that the first lacks; of Arrow files only where all columns are wanted.
pub(super) fn as_known(mut rows: LazyFrame, scan: &Scan) -> Result<LazyFrame> {
    let is_text = matches!(scan.format, ScanFormat::Csv(_) | ScanFormat::Jsonl { .. });
    let Some(known) = scan.columns.as_ref().filter(|_| !is_text) else { return Ok(rows) };
    let there = rows.collect_schema()?;
    if from_schema(&there) == *known {
        return Ok(rows);
    }
    let file = scan.paths.first().map_or("", String::as_str);
    let more =
        more_than(known, &there).map(|name| format!("{file} has a column {name:?}, which the others lack"));
    if let (Some(text), ScanFormat::Parquet { .. }) = (&more, &scan.format) {
        return Err(FrameError::Schema(text.clone()));
    }
    let mut refused = Vec::new();
    let columns = known.iter().map(|column| {
        let found = there.get(&column.name);
        if let Some(difference) = difference(column, found)? {
            refused.push((column.name.clone(), format!("{file} {difference}")));
        }
        value(column, found)
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let all = known.len();
    let check = move |frame: DataFrame| {
        let is_wanted = |(name, _): &&(String, String)| frame.column(name).is_ok();
        let text = refused.iter().find(is_wanted).map(|(_, text)| text);
        match text.or(more.as_ref().filter(|_| frame.width() == all)) {
            Some(text) => Err(PolarsError::SchemaMismatch(text.clone().into())),
            None => Ok(frame),
        }
    };
    Ok(rows.select(columns).map(check, AllowedOptimizations::PROJECTION_PUSHDOWN, None, Some("CHECK")))
}

/// The name of a column that a file has and that is not known.
fn more_than<'a>(known: &[Column], there: &'a Schema) -> Option<&'a str> {
    let is_known = |name: &str| known.iter().any(|column| column.name == name);
    there.iter_names().map(PlSmallStr::as_str).find(|name| !is_known(name))
}

/// How a column of a file is another than it is known to be, if it is. Nothing but null is of every type.
pub(super) fn difference(known: &Column, there: Option<&DataType>) -> Result<Option<String>> {
    let Column { name, column_type } = known;
    Ok(match there {
        None => Some(format!("lacks the column {name:?} of the others")),
        Some(there) if fits(known, there) => None,
        Some(there) => {
            let wanted = to_data_type(column_type)?;
            Some(format!("has the column {name:?} as {there}, which is {wanted} in the others"))
        }
    })
}

/// A column as it is known to be, or null in its place.
fn value(known: &Column, there: Option<&DataType>) -> Result<Expr> {
    Ok(match there {
        Some(there) if from_data_type(there) == known.column_type => literal_column(&known.name),
        _ => lit(NULL).cast(to_data_type(&known.column_type)?).alias(known.name.as_str()),
    })
}

fn fits(known: &Column, there: &DataType) -> bool {
    *there == DataType::Null || from_data_type(there) == known.column_type
}
