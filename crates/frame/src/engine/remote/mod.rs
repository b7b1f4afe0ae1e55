//! Objects behind `https://`, `http://` and `s3://` as sources of rows.
//!
//! ```text
//! objects    which objects URLs, folders and patterns mean
//! wanted     what a query needs of them: columns, a filter, first rows, as Polars' optimiser pushes them down
//! prune      which row groups can't have rows that the filter wants, by their statistics
//! fetch      ranges of objects, side by side, as long as they are what they were when they were found
//!   ├ text       lines
//!   ├ parquet    row groups and columns
//!   └ ipc        record batches
//! ```
//!
//! What a query needs is fetched before it runs, and Polars reads it as files in memory. Its own readers of objects bring
//! features that would have all of it built anew, and a second client beside the one that arrays use.

mod constants;
mod fetch;
mod ipc;
mod objects;
mod parquet;
mod prune;
mod text;
mod wanted;

use std::collections::HashMap;

use polars::prelude::{DataFrame, Engine, IntoLazy, LazyFrame, ScanSources, Schema, UnionArgs, concat, len};
use polars_core::query_result::QueryResult;
use polars_parquet_format::FileMetaData;

use self::constants::{beside, constants};
use self::fetch::{Source, side_by_side};
use self::ipc::Batches;
pub(super) use self::objects::are_remote;
pub(super) use self::parquet::{assemble, read_footer};
use self::prune::Statistics;
use self::text::Lines;
use self::wanted::Wanted;
pub(super) use self::wanted::placeholder;
use super::cut::{Quote, quoting};
use super::encoding::refuse_utf16;
use super::error::{FrameError, Result};
use super::known::{as_known, difference};
use super::scans::{Sheet, in_memory, scan_sources};
use super::types::{from_schema, to_schema};
use crate::{Column, Range, Scan, ScanFormat};

/// What is known of objects before they are read.
pub(super) fn sheet(scan: &Scan) -> Result<Sheet> {
    let (paths, objects) = objects::expand(&scan.paths)?.into_iter().unzip();
    let found = Scan { paths, objects, ..scan.clone() };
    let bytes = found.objects.iter().map(|object| object.size).sum();
    let mut columns = columns_of(&found)?;
    if let Some(constants) = constants(&found, &columns)? {
        for (name, data_type) in constants.schema().iter() {
            columns.insert(name.clone(), data_type.clone());
        }
    }
    Ok(Sheet { paths: found.paths, objects: found.objects, bytes, columns: from_schema(&columns) })
}

/// The columns of the first object.
fn columns_of(scan: &Scan) -> Result<Schema> {
    let sources = Source::all(scan)?;
    let Some(first) = sources.first() else { return Err(FrameError::Plan("a scan of no objects".into())) };
    match &scan.format {
        ScanFormat::Parquet { .. } => parquet::columns(&parquet::footer(first)?),
        ScanFormat::Ipc => Ok(ipc::footer(first)?.columns()),
        ScanFormat::Csv(_) | ScanFormat::Jsonl { .. } => {
            let lines = match scan.sample {
                Some(rows) => text::beginning(first, Lines::of(scan), lines_for(scan, rows as usize))?,
                None => first.range(0, first.size())?,
            };
            refuse_utf16(&first.url, &lines)?;
            let columns = scan_sources(&plain(scan), in_memory(vec![lines]))
                .and_then(|mut rows| Ok(rows.collect_schema()?))
                .map_err(|error| named(&first.url, error))?;
            Ok((*columns).clone())
        }
    }
}

/// Lines that have so many rows: those above them among them.
fn lines_for(scan: &Scan, rows: usize) -> usize {
    match &scan.format {
        ScanFormat::Csv(options) => rows.saturating_add(options.skip as usize + 1),
        _ => rows,
    }
}

/// Says which object an error is about, unless it does.
fn named(url: &str, error: FrameError) -> FrameError {
    let name = |text: String| if text.contains(url) { text } else { format!("{url}: {text}") };
    match error {
        FrameError::Data(text) => FrameError::Data(name(text)),
        FrameError::Schema(text) => FrameError::Schema(name(text)),
        FrameError::ColumnMissing(text) => FrameError::ColumnMissing(name(text)),
        other => other,
    }
}

/// The scan without the column that says which object a row is from, and without that of folders.
fn plain(scan: &Scan) -> Scan {
    let is_in_file = |name: &str| scan.path_column.as_deref() != Some(name);
    let columns = scan
        .columns
        .as_ref()
        .map(|columns| columns.iter().filter(|column| is_in_file(&column.name)).cloned().collect());
    let format = match &scan.format {
        ScanFormat::Parquet { .. } => ScanFormat::Parquet { hive: false },
        other => other.clone(),
    };
    Scan { path_column: None, columns, format, ..scan.clone() }
}

/// About `count` parts of the one object of a scan.
pub(super) fn cut(scan: &Scan, count: u32) -> Result<Vec<Range>> {
    let sources = Source::all(scan)?;
    let [source] = &sources[..] else { return Ok(Vec::new()) };
    match &scan.format {
        ScanFormat::Parquet { .. } => Ok(parquet::cut(&parquet::footer(source)?, count)),
        ScanFormat::Ipc => Ok(ipc::footer(source)?.cut(count)),
        _ => quoting(scan).map_or(Ok(Vec::new()), |Quote(quote)| text::cut(source, quote, count)),
    }
}

/// The rows of scans of objects, by the numbers of their steps, for a query in which placeholders stand for them.
pub(super) fn fetch(query: LazyFrame, scans: &[(usize, &Scan)]) -> Result<HashMap<usize, LazyFrame>> {
    let mut wanted = wanted::wanted(query)?;
    let rows = scans.iter().map(|(step, scan)| {
        let rows = match wanted.remove(step) {
            Some(wanted) => rows(scan, &wanted)?,
            // The answer has no rows of it.
            None => empty(scan)?,
        };
        Ok((*step, rows))
    });
    rows.collect()
}

fn empty(scan: &Scan) -> Result<LazyFrame> {
    let schema = to_schema(scan.columns.as_deref().unwrap_or_default())?;
    Ok(DataFrame::empty_with_schema(&schema).lazy())
}

/// What of an object a query reads.
enum Part {
    /// A file in memory.
    File(ScanSources),
    /// Rows, without columns that nobody wants.
    Rows(DataFrame),
}

/// What is the same in all rows of a path.
fn of_path(constants: &DataFrame, number: usize) -> DataFrame {
    constants.slice(i64::try_from(number).expect("there are fewer paths"), 1)
}

/// The rows of a scan of objects, or those of them that are wanted.
fn rows(scan: &Scan, wanted: &Wanted) -> Result<LazyFrame> {
    let sources = Source::all(scan)?;
    let all = to_schema(scan.columns.as_deref().unwrap_or_default())?;
    let constants = constants(scan, &all)?;
    let own = in_objects(scan, constants.as_ref());
    let numbered: Vec<_> = sources.iter().enumerate().collect();
    let of_object = |(number, source): (usize, &Source)| -> Result<Option<(usize, Part)>> {
        let constants = constants.as_ref().map(|constants| of_path(constants, number));
        if !may_have_rows(wanted, constants.as_ref())? {
            return Ok(None);
        }
        let part = part(scan, source, wanted, &own).map_err(|error| named(&source.url, error))?;
        Ok(Some((number, part)))
    };
    let parts: Vec<(usize, Part)> = match wanted.rows {
        None => side_by_side(numbered, of_object)?.into_iter().flatten().collect(),
        Some(most) => first_rows(scan, numbered, most, of_object)?,
    };
    if parts.is_empty() {
        return empty(scan);
    }
    together(scan, parts, constants.as_ref(), &all)
}

/// Objects from the beginning, until they have enough rows.
fn first_rows<'a>(
    scan: &Scan,
    sources: Vec<(usize, &'a Source)>,
    most: usize,
    read: impl Fn((usize, &'a Source)) -> Result<Option<(usize, Part)>>,
) -> Result<Vec<(usize, Part)>> {
    let (mut parts, mut count) = (Vec::new(), 0);
    for source in sources {
        let Some((number, part)) = read(source)? else { continue };
        count += height(scan, &part)?;
        parts.push((number, part));
        if count >= most {
            break;
        }
    }
    Ok(parts)
}

/// How many rows a part has.
fn height(scan: &Scan, part: &Part) -> Result<usize> {
    match part {
        Part::Rows(rows) => Ok(rows.height()),
        Part::File(file) => {
            let count = scan_sources(&plain(scan), file.clone())?.select([len().alias("rows")]);
            let count = count.collect_with_engine(Engine::InMemory).map(QueryResult::unwrap_single)?;
            Ok(count.column("rows")?.u32()?.get(0).unwrap_or_default() as usize)
        }
    }
}

/// Whether an object may have rows that are wanted, as far as its name tells.
fn may_have_rows(wanted: &Wanted, constants: Option<&DataFrame>) -> Result<bool> {
    match (constants, &wanted.filter, wanted.rows) {
        (Some(constants), Some(filter), None) => {
            Ok(Statistics::constant(constants)?.may_hold(filter).contains(&true))
        }
        _ => Ok(true),
    }
}

/// The columns that are not the same in all rows of an object, and that it has itself.
fn in_objects(scan: &Scan, constants: Option<&DataFrame>) -> Vec<Column> {
    let is_constant =
        |column: &&Column| constants.is_some_and(|constants| constants.column(&column.name).is_ok());
    scan.columns.iter().flatten().filter(|column| !is_constant(column)).cloned().collect()
}

/// What is read of an object, which is to have these columns.
fn part(scan: &Scan, source: &Source, wanted: &Wanted, columns: &[Column]) -> Result<Part> {
    match &scan.format {
        ScanFormat::Csv(_) | ScanFormat::Jsonl { .. } => lines(scan, source, wanted).map(Part::File),
        ScanFormat::Parquet { .. } => {
            let footer = parquet::footer(source)?;
            hold(&parquet::columns(&footer)?, columns, wanted)?;
            Ok(Part::File(in_memory(vec![row_groups(scan, source, footer, wanted)?])))
        }
        ScanFormat::Ipc => {
            let footer = ipc::footer(source)?;
            hold(&footer.columns(), columns, wanted)?;
            batches(scan, source, &footer, wanted).map(Part::Rows)
        }
    }
}

/// Refuses an object whose wanted columns are others than they are known to be.
fn hold(there: &Schema, columns: &[Column], wanted: &Wanted) -> Result<()> {
    columns.iter().filter(|column| wanted.has(&column.name)).try_for_each(|column| {
        match difference(column, there.get(&column.name))? {
            Some(text) => Err(FrameError::Schema(format!("it {text}"))),
            None => Ok(()),
        }
    })
}

/// Lines that are wanted: of first ones so many that they have enough rows. What is a row only a reader knows.
fn lines(scan: &Scan, source: &Source, wanted: &Wanted) -> Result<ScanSources> {
    if let Some(Range { from, to }) = scan.range {
        return Ok(in_memory(vec![source.range(from, to)?]));
    }
    if let Some(rows) = wanted.rows {
        let bytes = text::beginning(source, Lines::of(scan), lines_for(scan, rows))?;
        let is_all = bytes.len() as u64 == source.size();
        let file = in_memory(vec![bytes]);
        if is_all || height(scan, &Part::File(file.clone())).is_ok_and(|height| height >= rows) {
            return Ok(file);
        }
    }
    Ok(in_memory(vec![source.range(0, source.size())?]))
}

/// Row groups that have wanted rows.
fn row_groups(scan: &Scan, source: &Source, footer: FileMetaData, wanted: &Wanted) -> Result<Vec<u8>> {
    let own = own_numbers(scan, footer.row_groups.len());
    let groups = match (&wanted.filter, wanted.rows) {
        (_, Some(most)) => {
            let mut rows = 0;
            let is_enough = |number: &usize| {
                let before = rows;
                rows += usize::try_from(footer.row_groups[*number].num_rows).unwrap_or(0);
                before < most
            };
            own.take_while(is_enough).collect()
        }
        (Some(filter), None) => {
            let may_hold = Statistics::of(&footer, filter)?.may_hold(filter);
            own.filter(|number| may_hold[*number]).collect()
        }
        (None, None) => own.collect::<Vec<_>>(),
    };
    parquet::fetch(source, footer, &groups, wanted)
}

/// Record batches that have wanted rows.
fn batches(scan: &Scan, source: &Source, footer: &Batches, wanted: &Wanted) -> Result<DataFrame> {
    let own = own_numbers(scan, footer.count());
    let Some(most) = wanted.rows else { return footer.rows(source, own.start, own.end, wanted) };
    // How many rows a batch has is written in it.
    let mut count = 1;
    loop {
        let end = own.end.min(own.start + count);
        let rows = footer.rows(source, own.start, end, wanted)?;
        if rows.height() >= most || end == own.end {
            return Ok(rows);
        }
        count *= 2;
    }
}

/// The numbers of those of so many row groups or batches that a scan is of.
fn own_numbers(scan: &Scan, count: usize) -> std::ops::Range<usize> {
    let bounded = |number: u64| usize::try_from(number).unwrap_or(count).min(count);
    scan.range.map_or(0..count, |range| bounded(range.from)..bounded(range.to))
}

/// The rows of parts of objects, one behind the other.
fn together(
    scan: &Scan,
    parts: Vec<(usize, Part)>,
    constants: Option<&DataFrame>,
    all: &Schema,
) -> Result<LazyFrame> {
    let plain = plain(scan);
    let mut files = Vec::new();
    if constants.is_none() {
        for (_, part) in &parts {
            if let Part::File(ScanSources::Buffers(own)) = part {
                files.extend(own.iter().cloned());
            }
        }
    }
    if files.len() == parts.len() {
        return as_known(scan_sources(&plain, ScanSources::Buffers(files.into()))?, &plain);
    }
    let frames = parts.into_iter().map(|(number, part)| {
        let rows = match part {
            Part::File(file) => scan_sources(&plain, file)?,
            Part::Rows(rows) => rows.lazy(),
        };
        beside(rows, constants.map(|constants| of_path(constants, number)).as_ref(), all)
            .map_err(|error| named(&scan.paths[number], error))
    });
    let frames = frames.collect::<Result<Vec<_>>>()?;
    Ok(concat(frames, UnionArgs { rechunk: false, ..UnionArgs::default() })?)
}
