//! The filters of a chunk, undone without the HDF5 library.
//!
//! A pipeline is written in the order in which the filters were applied and undone backwards. Each file here is
//! one filter; those that other stores have too are in `codec`.

pub(super) mod fletcher32;
mod lzf;

use smallvec::SmallVec;

use crate::{
    ChunkProblem, StorageError,
    codec::{
        deflate,
        shuffle::{self, Shuffled},
    },
    scratch::Scratch,
};

/// The registered numbers of filters.
pub(super) mod id {
    pub(crate) const DEFLATE: i32 = 1;
    pub(crate) const SHUFFLE: i32 = 2;
    pub(crate) const FLETCHER32: i32 = 3;
    pub(crate) const SZIP: i32 = 4;
    pub(crate) const NBIT: i32 = 5;
    pub(crate) const SCALEOFFSET: i32 = 6;
    pub(crate) const LZF: i32 = 32000;
}

/// A filter of a dataset, as the file describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Its registered number.
    pub id: i32,
    /// `gzip`, `shuffle`, `fletcher32`, `szip`, `nbit`, `scaleoffset`, `lzf`, or what the file calls it.
    pub name: String,
    /// Its parameters; the level for gzip, the size of an element for shuffle.
    pub options: Vec<u32>,
}

/// The name of a filter that HDF5 or h5py brings, or of a plugin that people use. A file may leave it out: then the
/// number alone says what to look for.
pub(super) fn known_name(id: i32) -> Option<&'static str> {
    Some(match id {
        id::DEFLATE => "gzip",
        id::SHUFFLE => "shuffle",
        id::FLETCHER32 => "fletcher32",
        id::SZIP => "szip",
        id::NBIT => "nbit",
        id::SCALEOFFSET => "scaleoffset",
        id::LZF => "lzf",
        // From the HDF Group's list of registered filter plugins.
        307 => "bzip2",
        32001 => "blosc",
        32004 => "lz4",
        32008 => "bitshuffle",
        32013 => "zfp",
        32015 => "zstd",
        32017 => "sz",
        32026 => "blosc2",
        _ => return None,
    })
}

/// Whether the library can undo a filter.
pub(super) fn is_available(id: i32) -> bool {
    hdf5_metno::filters::Filter::get_info(id).decode_enabled
}

/// Filters that are undone here.
#[derive(Clone, Debug, Default)]
pub(super) struct Pipeline {
    stages: SmallVec<[Stage; 4]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Deflate,
    Lzf,
    Fletcher32,
    Shuffle { size: usize },
}

impl Stage {
    fn compresses(self) -> bool {
        matches!(self, Stage::Deflate | Stage::Lzf)
    }

    /// Bytes that this filter adds to what goes in, unless it compresses.
    fn added(self) -> usize {
        if self == Stage::Fletcher32 { fletcher32::LENGTH } else { 0 }
    }
}

/// The bytes of a chunk with its filters undone.
#[derive(Debug)]
pub(super) enum Decoded {
    /// Elements in the file's byte order.
    Plain(Scratch),
    /// All first bytes, then all second bytes …: to be unshuffled piece by piece, into where it is needed.
    Shuffled(Shuffled),
}

impl Pipeline {
    /// The pipeline of these filters, if all can be undone here. A chunk compressed twice cannot: how long it is
    /// in between is not known.
    pub(super) fn new(filters: &[Filter]) -> Option<Pipeline> {
        let stages: SmallVec<[Stage; 4]> = filters.iter().map(stage).collect::<Option<_>>()?;
        let compressors = stages.iter().filter(|stage| stage.compresses()).count();
        (compressors <= 1 && stages.len() <= 32).then_some(Pipeline { stages })
    }

    /// Whether chunks are stored as they are.
    pub(super) fn is_empty(&self) -> bool {
        self.stages.is_empty()
    }

    /// Undoes the filters of a chunk of `length` bytes with elements of `element` bytes, but for a shuffle that was
    /// applied first. Bit n of `skipped` says that filter n was not applied.
    pub(super) fn decode(
        &self,
        stored: Scratch,
        skipped: u32,
        length: usize,
        element: usize,
    ) -> Result<Decoded, ChunkProblem> {
        let applied = self.applied(skipped);
        if let [Stage::Shuffle { size: size @ (2 | 4 | 8) }, rest @ ..] = applied.as_slice()
            && *size == element
        {
            let bytes = undo(rest, stored, length)?;
            return Ok(Decoded::Shuffled(Shuffled::new(bytes, *size)));
        }
        undo(&applied, stored, length).map(Decoded::Plain)
    }

    /// Undoes the filters of a chunk straight into where its bytes are needed.
    pub(super) fn decode_into(
        &self,
        stored: Scratch,
        skipped: u32,
        out: &mut [u8],
    ) -> Result<(), ChunkProblem> {
        let applied = self.applied(skipped);
        match applied.as_slice() {
            [first, rest @ ..] if first.compresses() || matches!(first, Stage::Shuffle { .. }) => {
                let stored = undo_until(rest, stored, out.len(), *first)?;
                undo_into(*first, stored.bytes(), out)
            }
            stages => {
                out.copy_from_slice(undo(stages, stored, out.len())?.bytes());
                Ok(())
            }
        }
    }

    fn applied(&self, skipped: u32) -> SmallVec<[Stage; 4]> {
        let all = self.stages.iter().enumerate();
        all.filter(|(number, _)| skipped >> number & 1 == 0).map(|(_, &stage)| stage).collect()
    }
}

fn stage(filter: &Filter) -> Option<Stage> {
    match filter.id {
        id::DEFLATE => Some(Stage::Deflate),
        id::LZF => Some(Stage::Lzf),
        id::FLETCHER32 => Some(Stage::Fletcher32),
        id::SHUFFLE => {
            let size = usize::try_from(*filter.options.first()?).ok()?;
            (size != 0).then_some(Stage::Shuffle { size })
        }
        _ => None,
    }
}

/// Undoes all stages; what comes out has `length` bytes.
fn undo(stages: &[Stage], stored: Scratch, length: usize) -> Result<Scratch, ChunkProblem> {
    let bytes = undo_stages(stages, stored, length)?;
    expect_length(bytes.bytes().len(), length)?;
    Ok(bytes)
}

/// Undoes the stages behind `first`, whose own result will have `length` bytes.
fn undo_until(
    stages: &[Stage],
    stored: Scratch,
    length: usize,
    first: Stage,
) -> Result<Scratch, ChunkProblem> {
    if first.compresses() { undo_stages(stages, stored, length) } else { undo(stages, stored, length) }
}

fn undo_stages(stages: &[Stage], mut bytes: Scratch, length: usize) -> Result<Scratch, ChunkProblem> {
    for (number, &stage) in stages.iter().enumerate().rev() {
        match stage {
            Stage::Fletcher32 => {
                let payload = fletcher32::verify(bytes.bytes())?.len();
                bytes.truncate(payload);
            }
            stage => {
                let before: usize = stages[..number].iter().map(|stage| stage.added()).sum();
                let out = if stage.compresses() { length + before } else { bytes.bytes().len() };
                check_expansion(stage, bytes.bytes().len(), out)?;
                let mut undone = take(out)?;
                undo_into(stage, bytes.bytes(), undone.bytes_mut())?;
                bytes = undone;
            }
        }
    }
    Ok(bytes)
}

fn undo_into(stage: Stage, stored: &[u8], out: &mut [u8]) -> Result<(), ChunkProblem> {
    match stage {
        Stage::Deflate => deflate::decompress(stored, out),
        Stage::Lzf => lzf::decompress(stored, out),
        Stage::Shuffle { size } => {
            shuffle::unshuffle(stored, size, out);
            Ok(())
        }
        Stage::Fletcher32 => {
            out.copy_from_slice(fletcher32::verify(stored)?);
            Ok(())
        }
    }
}

/// Refuses, before memory is taken, what no stored bytes of this length can decode to.
fn check_expansion(stage: Stage, stored: usize, out: usize) -> Result<(), ChunkProblem> {
    let most = match stage {
        Stage::Deflate => deflate::MOST_EXPANSION,
        Stage::Lzf => lzf::MOST_EXPANSION,
        Stage::Fletcher32 | Stage::Shuffle { .. } => 1,
    };
    expect_length(out.min(stored.saturating_mul(most)), out)
}

fn expect_length(found: usize, expected: usize) -> Result<(), ChunkProblem> {
    if found == expected {
        return Ok(());
    }
    Err(ChunkProblem::Length { found: found as u64, expected: expected as u64 })
}

fn take(length: usize) -> Result<Scratch, ChunkProblem> {
    Scratch::take(length).map_err(|error| match error {
        StorageError::OutOfMemory { bytes } => ChunkProblem::OutOfMemory { bytes },
        _ => ChunkProblem::OutOfMemory { bytes: length as u64 },
    })
}
