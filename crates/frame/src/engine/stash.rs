//! Rows that wait for each other in files.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use polars::prelude::{
    DataFrame, IpcStreamReader, IpcStreamWriter, PolarsError, PolarsResult, SerReader, SerWriter,
};

use super::Frames;
use super::error::{FrameError, Result, io_error};
use super::query::executed;
use super::run::{reading, rows, stream, to_engine};
use crate::Plan;

/// Rows that a plan names by their number: an Arrow stream or a shard.
#[derive(Clone)]
pub enum Rows {
    /// They are in memory.
    Memory(Arc<dyn AsRef<[u8]> + Send + Sync>),
    /// They are in memory, and several queries may read them.
    Kept(Arc<KeptRows>, Arc<dyn AsRef<[u8]> + Send + Sync>),
    /// They are in memory as Polars has them, and there is no stream.
    Held(Arc<KeptRows>),
    /// They are in a file, and are read when their turn comes.
    File(Stashed),
}

/// Room for rows as Polars has them: those that a query made, or those of an Arrow stream. The first query that reads these puts
/// them there, and others need not read the stream again.
#[derive(Default)]
pub struct KeptRows(OnceLock<DataFrame>);

impl KeptRows {
    /// Rows that are there. None are where the query that was to make them failed.
    fn there(&self) -> Result<DataFrame> {
        self.0.get().cloned().ok_or_else(|| FrameError::Plan("rows that nobody has made".to_owned()))
    }

    fn of(&self, stream: &[u8]) -> Result<DataFrame> {
        if let Some(rows) = self.0.get() {
            return Ok(rows.clone());
        }
        let mut rows = decoded(stream)?;
        rows.rechunk_mut();
        Ok(self.0.get_or_init(|| rows).clone())
    }
}

fn decoded(stream: &[u8]) -> Result<DataFrame> {
    Ok(IpcStreamReader::new(Cursor::new(stream)).finish()?)
}

/// Bytes of a file that is there for as long as the query runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stashed {
    /// The file.
    pub path: PathBuf,
    /// Where they begin.
    pub offset: u64,
    /// How many they are.
    pub length: u64,
}

impl Rows {
    /// The rows of an Arrow stream.
    pub(super) fn frame(&self) -> Result<DataFrame> {
        match self {
            Rows::Kept(kept, stream) => kept.of((**stream).as_ref()),
            Rows::Held(kept) => kept.there(),
            Rows::Memory(_) | Rows::File(_) => decoded(&self.bytes()?),
        }
    }

    /// The bytes; those of a file are the caller's own, and are gone when it is done with them.
    pub(super) fn bytes(&self) -> Result<Cow<'_, [u8]>> {
        match self {
            Rows::Memory(bytes) | Rows::Kept(_, bytes) => Ok(Cow::Borrowed((**bytes).as_ref())),
            Rows::Held(kept) => stream(&mut kept.there()?).map(Cow::Owned),
            Rows::File(stashed) => stashed.read().map(Cow::Owned),
        }
    }
}

/// Puts the rows of a plan into a room as Polars has them, and tells about how many bytes they take.
///
/// # Errors
///
/// What is wrong with the plan or with a file.
pub fn hold(plan: &Plan, frames: &Frames, room: &KeptRows) -> Result<u64> {
    reading(plan, || {
        let rows = rows(executed(plan, frames, plan.engine)?, plan.engine)?;
        let bytes = rows.estimated_size() as u64;
        room.0.set(rows).map_err(|_| FrameError::Plan("a room that has rows".to_owned()))?;
        Ok(bytes)
    })
}

impl Stashed {
    fn read(&self) -> Result<Vec<u8>> {
        let Stashed { path, offset, length } = self;
        let read = || {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(*offset))?;
            let mut bytes = Vec::new();
            file.take(*length).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(|error| file_error(path, &error))?;
        if bytes.len() as u64 == *length {
            return Ok(bytes);
        }
        let (ends, written) = (offset + bytes.len() as u64, offset + length);
        let path = path.display();
        Err(FrameError::Data(format!("{path} ends after {ends} bytes, but {written} were written")))
    }
}

/// A new file that takes rows, behind one another.
pub struct Stash {
    path: PathBuf,
    file: BufWriter<File>,
    end: u64,
}

impl Stash {
    /// Makes the file.
    ///
    /// # Errors
    ///
    /// It is there already, or its folder is not.
    pub fn create(path: &Path) -> Result<Stash> {
        let file = File::create_new(path).map_err(|error| file_error(path, &error))?;
        Ok(Stash { path: path.to_owned(), file: BufWriter::new(file), end: 0 })
    }

    /// Puts rows behind those that are there.
    ///
    /// # Errors
    ///
    /// The file can't be written.
    pub fn append(&mut self, rows: &[u8]) -> Result<Stashed> {
        self.add(|file| Ok(file.write_all(rows)?))
    }

    /// Writes what is still in memory.
    ///
    /// # Errors
    ///
    /// The file can't be written.
    pub fn finish(mut self) -> Result<()> {
        self.file.flush().map_err(|error| file_error(&self.path, &error))
    }

    fn add(&mut self, write: impl FnOnce(&mut BufWriter<File>) -> PolarsResult<()>) -> Result<Stashed> {
        write(&mut self.file).map_err(|error| match error {
            PolarsError::IO { error, .. } => file_error(&self.path, &error),
            other => other.into(),
        })?;
        let end = self.file.stream_position().map_err(|error| file_error(&self.path, &error))?;
        let stashed = Stashed { path: self.path.clone(), offset: self.end, length: end - self.end };
        self.end = end;
        Ok(stashed)
    }
}

/// Puts the rows of a plan into a new file, as an Arrow stream. They are never in memory as one.
///
/// # Errors
///
/// What is wrong with the plan, with a file that is read, or with the one that is written.
pub fn stash(plan: &Plan, frames: &Frames, path: &Path) -> Result<Stashed> {
    reading(plan, || {
        let mut rows =
            executed(plan, frames, plan.engine)?.collect_with_engine(to_engine(plan.engine))?.unwrap_single();
        let mut stash = Stash::create(path)?;
        let stashed = stash.add(|file| IpcStreamWriter::new(file).finish(&mut rows))?;
        stash.finish()?;
        Ok(stashed)
    })
}

fn file_error(path: &Path, error: &std::io::Error) -> FrameError {
    io_error(error, format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use polars::prelude::{NamedFrom, Series};

    use super::*;
    use crate::{Engine, Operation, Step};

    fn stashed(path: &Path, offset: u64, length: u64) -> Rows {
        Rows::File(Stashed { path: path.to_owned(), offset, length })
    }

    #[test]
    fn rows_are_what_was_put_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut stash = Stash::create(&folder.path().join("rows")).expect("a new file");
        let parts: [&[u8]; 3] = [b"abc", b"", b"d"];
        let there = parts.map(|part| Rows::File(stash.append(part).expect("there is room")));
        stash.finish().expect("there is room");
        for (rows, part) in there.iter().zip(parts) {
            assert_eq!(*rows.bytes().expect("it is there"), *part);
        }
        assert!(matches!(Stash::create(&folder.path().join("rows")), Err(FrameError::Io(_))));
    }

    #[test]
    fn files_that_are_gone_or_cut_off_say_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("cut");
        std::fs::write(&path, "abc").expect("there is room");
        let error = stashed(&path, 1, 5).bytes().expect_err("it is shorter");
        assert!(
            matches!(&error, FrameError::Data(text) if text.contains("ends after 3 bytes, but 6")),
            "{error}"
        );
        let gone = stashed(&folder.path().join("gone"), 0, 1);
        assert!(matches!(gone.bytes(), Err(FrameError::FileMissing(_))));
        let nowhere = Stash::create(&folder.path().join("no/rows"));
        assert!(matches!(nowhere, Err(FrameError::FileMissing(_))));
    }

    #[test]
    fn rows_that_are_kept_need_no_stream_again() {
        let column = Series::new("x".into(), [1_i64, 2, 3]);
        let mut frame = DataFrame::new(3, vec![column.into()]).expect("one column");
        let bytes = stream(&mut frame).expect("memory");
        let kept = Arc::new(KeptRows::default());
        let broken = Rows::Kept(Arc::clone(&kept), Arc::new(b"no stream".to_vec()));
        assert!(broken.frame().is_err(), "nothing is kept of what is broken");
        let rows = Rows::Kept(Arc::clone(&kept), Arc::new(bytes));
        assert!(rows.frame().expect("it is whole").equals(&frame));
        assert!(broken.frame().expect("they are there by now").equals(&frame));
    }
    #[test]
    fn rows_that_are_held_have_no_stream_until_somebody_wants_it() {
        let column = Series::new("x".into(), [1_i64, 2, 3]);
        let mut frame = DataFrame::new(3, vec![column.into()]).expect("one column");
        let given = Rows::Memory(Arc::new(stream(&mut frame).expect("memory")));
        let step = Step { inputs: vec![], operation: Operation::Memory(0) };
        let plan = Plan { steps: vec![step], engine: Engine::Memory };
        let room = Arc::new(KeptRows::default());
        let held = Rows::Held(Arc::clone(&room));
        assert!(held.frame().is_err(), "nobody has made them");
        assert_eq!(hold(&plan, &[given], &room).expect("they are whole"), 24);
        assert!(held.frame().expect("they are there").equals(&frame));
        assert!(decoded(&held.bytes().expect("memory")).expect("it is a stream").equals(&frame));
        assert!(hold(&plan, &[held], &room).is_err(), "a room has rows once");
    }
}
