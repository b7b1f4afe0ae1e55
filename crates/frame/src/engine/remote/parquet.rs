//! Parquet files of which only some bytes are there.

use polars::prelude::Schema;
use polars_parquet_format::thrift::protocol::{TCompactInputProtocol, TCompactOutputProtocol};
use polars_parquet_format::{ColumnChunk, ColumnMetaData, FileMetaData};

use super::fetch::{Fetched, Source};
use super::wanted::Wanted;
use crate::Range;
use crate::engine::error::{FrameError, Result};
use crate::engine::scans::parquet_in_memory;

/// Begins and ends a file.
const MAGIC: [u8; 4] = *b"PAR1";
/// What comes behind the footer: its length, and the magic.
const END: u64 = 8;
/// Last bytes that are read together, in which most footers are.
const TAIL: u64 = 64 << 10;

/// What a file says of its row groups and columns. `read` gives its bytes from one to the one before another.
///
/// # Errors
///
/// [`FrameError::Data`] if it is no Parquet file, or broken.
pub(in crate::engine) fn read_footer(
    name: &str,
    size: u64,
    read: impl Fn(u64, u64) -> Result<Vec<u8>>,
) -> Result<FileMetaData> {
    let broken = |what: &str| FrameError::Data(format!("{name} is no Parquet file: {what}"));
    if size < MAGIC.len() as u64 + END {
        return Err(broken(&format!("it has {size} bytes")));
    }
    let mut tail = read(size.saturating_sub(TAIL), size)?;
    let Some((_, [a, b, c, d, magic @ ..])) = tail.split_last_chunk::<8>() else {
        return Err(broken("it ends early"));
    };
    if *magic != MAGIC {
        return Err(broken("it does not end with PAR1"));
    }
    let length = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
    let Some(start) = size.checked_sub(length + END).filter(|start| *start >= MAGIC.len() as u64) else {
        return Err(broken(&format!("its footer would have {length} bytes, it has {size}")));
    };
    if length + END > tail.len() as u64 {
        tail = read(start, size)?;
    }
    let end = tail.len() - 8;
    let begin = end - usize::try_from(length).expect("so much is in memory");
    decode(&tail[begin..end]).map_err(|error| broken(&format!("its footer can't be read: {error}")))
}

/// The footer of an object.
pub(super) fn footer(source: &Source) -> Result<FileMetaData> {
    read_footer(&source.url, source.size(), |start, end| source.range(start, end))
}

fn decode(footer: &[u8]) -> polars_parquet_format::thrift::Result<FileMetaData> {
    // What is read takes more memory than its bytes; what takes much more is no footer.
    let most = footer.len() * 16 + 1024;
    FileMetaData::read_from_in_protocol(&mut TCompactInputProtocol::new(footer, most))
}

/// A file of some bytes of row groups and a footer.
pub(in crate::engine) fn assemble(groups: &[u8], footer: &FileMetaData) -> Result<Vec<u8>> {
    let mut file = Vec::with_capacity(groups.len() + 4096);
    file.extend(MAGIC);
    file.extend(groups);
    let begin = file.len();
    footer
        .write_to_out_protocol(&mut TCompactOutputProtocol::new(&mut file))
        .map_err(|error| FrameError::Data(format!("the footer of a Parquet file: {error}")))?;
    let length = u32::try_from(file.len() - begin)
        .map_err(|_| FrameError::Data("the footer of a Parquet file has 4 GiB".into()))?;
    file.extend(length.to_le_bytes());
    file.extend(MAGIC);
    Ok(file)
}

/// The columns that a file has.
pub(super) fn columns(footer: &FileMetaData) -> Result<Schema> {
    let file = assemble(&[], &FileMetaData { row_groups: Vec::new(), num_rows: 0, ..footer.clone() })?;
    let mut rows = parquet_in_memory(file)?;
    Ok((*rows.collect_schema()?).clone())
}

/// A file with the wanted columns of some row groups of an object. The others have no bytes, and are not read.
pub(super) fn fetch(
    source: &Source,
    mut footer: FileMetaData,
    groups: &[usize],
    wanted: &Wanted,
) -> Result<Vec<u8>> {
    footer.row_groups = groups.iter().filter_map(|&number| footer.row_groups.get(number).cloned()).collect();
    footer.num_rows = footer.row_groups.iter().map(|group| group.num_rows).sum();
    let is_wanted =
        |column: &ColumnMetaData| column.path_in_schema.first().is_some_and(|name| wanted.has(name));
    let mut ranges = Vec::new();
    for column in footer.row_groups.iter().flat_map(|group| &group.columns) {
        let (column, range) = bytes_of(source, column)?;
        if is_wanted(column) {
            ranges.push(range);
        }
    }
    let fetched = source.ranges(&ranges)?;
    for group in &mut footer.row_groups {
        (group.file_offset, group.total_compressed_size) = (None, None);
        for column in &mut group.columns {
            move_column(source, column, &fetched)?;
        }
    }
    assemble(&fetched.bytes, &footer)
}

/// What is known of a column, and where its bytes lie.
fn bytes_of<'a>(source: &Source, column: &'a ColumnChunk) -> Result<(&'a ColumnMetaData, (u64, u64))> {
    let broken = |what: &str| FrameError::Data(format!("{}: {what}", source.url));
    let Some(about) = &column.meta_data else { return Err(broken("a column of which nothing is known")) };
    if let Some(path) = &column.file_path {
        return Err(broken(&format!("its rows are in another file, {path}: read that")));
    }
    let pages = about.dictionary_page_offset.filter(|offset| *offset > 0);
    let start = pages.map_or(about.data_page_offset, |pages| pages.min(about.data_page_offset));
    let range = u64::try_from(start).ok().zip(u64::try_from(about.total_compressed_size).ok());
    match range.and_then(|(start, length)| Some((start, start.checked_add(length)?))) {
        Some((start, end)) if end <= source.size() => Ok((about, (start, end))),
        _ => Err(broken(&format!("a column of it would end behind its {} bytes", source.size()))),
    }
}

/// Says where a column lies now. What was not fetched lies nowhere.
fn move_column(source: &Source, column: &mut ColumnChunk, fetched: &Fetched) -> Result<()> {
    let (_, (start, _)) = bytes_of(source, column)?;
    let place = fetched.place(start).and_then(|place| i64::try_from(place + MAGIC.len() as u64).ok());
    column.file_offset = 0;
    (column.offset_index_offset, column.offset_index_length) = (None, None);
    (column.column_index_offset, column.column_index_length) = (None, None);
    let Some(about) = &mut column.meta_data else { return Ok(()) };
    (about.bloom_filter_offset, about.bloom_filter_length) = (None, None);
    about.index_page_offset = None;
    let start = i64::try_from(start).expect("it was one");
    about.dictionary_page_offset = about.dictionary_page_offset.filter(|offset| *offset > 0);
    if let Some(place) = place {
        about.data_page_offset += place - start;
        about.dictionary_page_offset = about.dictionary_page_offset.map(|offset| offset + place - start);
    } else {
        about.data_page_offset = 4;
        about.dictionary_page_offset = None;
        about.total_compressed_size = 0;
    }
    Ok(())
}

/// Row groups in about so many parts, of about as many rows each.
pub(super) fn cut(footer: &FileMetaData, count: u32) -> Vec<Range> {
    let total: i64 = footer.row_groups.iter().map(|group| group.num_rows.max(0)).sum();
    let mut starts = vec![0];
    let mut rows = 0_i128;
    for (number, group) in footer.row_groups.iter().enumerate().skip(1) {
        rows += i128::from(footer.row_groups[number - 1].num_rows.max(0));
        // The part that the first row of this group would be in, if parts had any number of rows.
        let part = rows * i128::from(count) / i128::from(total.max(1));
        if part >= starts.len() as i128 && group.num_rows > 0 {
            starts.push(number as u64);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([footer.row_groups.len() as u64]);
    starts.iter().copied().zip(ends).map(|(from, to)| Range { from, to }).collect()
}
