//! Arrow files of which only some record batches are there. Behind the columns, which the footer has too, they are a stream.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use polars::prelude::{DataFrame, IpcStreamReader, Schema, SchemaExt, SerReader};
use polars_arrow::io::ipc::read::{FileMetadata, read_file_metadata};
use polars_arrow::io::ipc::write::schema_to_bytes;

use super::fetch::Source;
use super::wanted::Wanted;
use crate::Range;
use crate::engine::error::{FrameError, Result};

/// Begins and ends a file.
const MAGIC: &[u8] = b"ARROW1";
/// Where the first message of a file begins.
const FIRST: u64 = 8;
/// Bytes of the length of the footer and of the magic behind it.
const END: u64 = 10;
/// Last bytes that are read together, in which most footers are.
const TAIL: u64 = 64 << 10;
/// Begins a message of a stream.
const CONTINUATION: [u8; 4] = [0xFF; 4];
/// Messages have such a number of bytes, or a multiple of it.
const ALIGNMENT: usize = 8;

/// What an object says of its batches.
pub(super) struct Batches {
    metadata: FileMetadata,
    /// Where the footer begins, and so the last message ended.
    end: u64,
}

/// The footer of an object.
pub(super) fn footer(source: &Source) -> Result<Batches> {
    let size = source.size();
    let broken = |what: String| FrameError::Data(format!("{} is no Arrow file: {what}", source.url));
    if size < FIRST + END {
        return Err(broken(format!("it has {size} bytes")));
    }
    let mut start = size.saturating_sub(TAIL);
    let mut tail = source.range(start, size)?;
    let Some((_, [a, b, c, d, magic @ ..])) = tail.split_last_chunk::<10>() else {
        return Err(broken("it ends early".to_owned()));
    };
    if magic != MAGIC {
        return Err(broken("it does not end with ARROW1".to_owned()));
    }
    let length = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
    let Some(end) = size.checked_sub(length + END).filter(|end| *end >= FIRST) else {
        return Err(broken(format!("its footer would have {length} bytes, it has {size}")));
    };
    if end < start {
        tail = source.range(end, size)?;
        start = end;
    }
    let metadata = read_file_metadata(&mut Tail { bytes: &tail, start, position: 0 })
        .map_err(|error| broken(format!("its footer can't be read: {error}")))?;
    Ok(Batches { metadata, end })
}

impl Batches {
    /// The columns.
    pub(super) fn columns(&self) -> Schema {
        Schema::from_arrow_schema(&self.metadata.schema)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.metadata.blocks.len()
    }

    /// Batches in about so many parts.
    pub(super) fn cut(&self, count: u32) -> Vec<Range> {
        let (all, parts) = (self.count() as u64, u64::from(count).min(self.count() as u64));
        let edge = |part: u64| all * part / parts;
        (0..parts).map(|part| Range { from: edge(part), to: edge(part + 1) }).collect()
    }

    /// The columns as a stream has them. In files they may lie without the frame of a message.
    fn first_message(&self) -> Vec<u8> {
        let FileMetadata { schema, ipc_schema, custom_schema_metadata, .. } = &self.metadata;
        let mut columns = schema_to_bytes(schema, &ipc_schema.fields, custom_schema_metadata.as_deref());
        columns.resize(columns.len().next_multiple_of(ALIGNMENT), 0);
        let length = u32::try_from(columns.len()).expect("the footer, which has them too, has fewer bytes");
        [&CONTINUATION[..], &length.to_le_bytes(), &columns].concat()
    }

    /// The rows of batches from one to the one before another.
    pub(super) fn rows(&self, source: &Source, from: usize, to: usize, wanted: &Wanted) -> Result<DataFrame> {
        let broken = || FrameError::Data(format!("{}: a batch of it lies outside of its bytes", source.url));
        let place = |offset: i64, head: i32, body: i64| {
            let start = u64::try_from(offset).ok()?;
            let length = u64::try_from(i64::from(head).checked_add(body)?).ok()?;
            let end = start.checked_add(length)?;
            (end <= self.end && start >= FIRST).then_some((start, end))
        };
        let all = |blocks: &[polars_arrow::io::ipc::format::ipc::Block]| {
            let places =
                blocks.iter().map(|block| place(block.offset, block.meta_data_length, block.body_length));
            places.collect::<Option<Vec<_>>>().ok_or_else(broken)
        };
        let dictionaries = all(self.metadata.dictionaries.as_deref().unwrap_or_default())?;
        let batches = all(&self.metadata.blocks)?;
        let own = batches.get(from..to.min(batches.len())).unwrap_or_default();
        let messages: Vec<_> = dictionaries.into_iter().chain(own.iter().copied()).collect();
        let fetched = source.ranges(&messages)?;
        let mut stream = self.first_message();
        for (start, end) in messages {
            let begin =
                fetched.place(start).and_then(|place| usize::try_from(place).ok()).ok_or_else(broken)?;
            let length = usize::try_from(end - start).map_err(|_| broken())?;
            stream.extend(fetched.bytes.get(begin..begin + length).ok_or_else(broken)?);
        }
        stream.extend(CONTINUATION);
        stream.extend([0; 4]);
        let names = wanted.columns.as_ref().map(|_| {
            let names = self.metadata.schema.iter_names().filter(|name| wanted.has(name));
            names.map(ToString::to_string).collect::<Vec<_>>()
        });
        let reader = IpcStreamReader::new(Cursor::new(stream)).set_rechunk(false);
        match names {
            // Without columns nobody would know how many rows there are.
            Some(names) if !names.is_empty() => Ok(reader.with_columns(Some(names)).finish()?),
            _ => Ok(reader.finish()?),
        }
    }
}

/// The last bytes of a file as if they were all of it.
struct Tail<'a> {
    bytes: &'a [u8],
    /// Where they begin.
    start: u64,
    position: u64,
}

impl Read for Tail<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let begin = self.position.checked_sub(self.start).and_then(|begin| usize::try_from(begin).ok());
        let Some(mut rest) = begin.and_then(|begin| self.bytes.get(begin..)) else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let length = rest.read(into)?;
        self.position += length as u64;
        Ok(length)
    }
}

impl Seek for Tail<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let size = self.start + self.bytes.len() as u64;
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => size.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
