//! Layers that write blocks to a store.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::zarr::check_zarr;
use crate::{Axis, Grid, Layer, NewZarr, Pick, Scalar, Selection, Store};

/// Writes each block of its one input and leaves a receipt: the layer has elements of type bool, and an axis for each
/// of the input with a chunk of length 1 for every block. What is written appears when the whole run has succeeded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Write {
    /// Where the elements go.
    pub target: Target,
    /// Elements of the whole target along each axis.
    #[cfg_attr(feature = "typescript", ts(type = "number[]"))]
    pub shape: Vec<u64>,
    /// Which elements of the target the input's are; steps are positive and there are no new axes.
    pub selection: Selection,
}

/// Names what is written to. A description only: whoever executes makes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// A new dataset in an HDF5 file, which is made unless it is there.
    Hdf5(NewHdf5),
    /// A new file of elements in row-major order behind a header, such as .npy.
    Raw(NewRaw),
    /// A new array in Zarr's format.
    Zarr(NewZarr),
    /// A new folder of such files, numbered from 0, that follow each other along an axis.
    Stack(NewStack),
    /// A new array in a new .npz file, with others perhaps.
    Npz(NewNpz),
    /// An array that is there: a file of elements as they are, a dataset or an array in Zarr's format. Elements outside
    /// the selection stay.
    Stored(Store),
}

/// A dataset to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct NewHdf5 {
    /// Absolute path of the file.
    pub path: String,
    /// Absolute path in the file; groups on the way are made.
    pub dataset: String,
    /// Whether elements are complex numbers, and the last axis of what is written is their real and imaginary parts.
    pub complex: bool,
    /// Elements of a chunk along each axis, also the last of complex ones; null for a dataset in one piece.
    #[cfg_attr(feature = "typescript", ts(type = "number[] | null"))]
    pub chunks: Option<Vec<u64>>,
    /// Whether bytes of a chunk are sorted by their place in an element.
    pub shuffle: bool,
    /// Level of gzip from 0 to 9, null for none.
    pub gzip: Option<u8>,
    /// Whether each chunk gets a checksum.
    pub fletcher32: bool,
    /// Attributes of the dataset.
    pub attributes: Vec<Attribute>,
    /// Whether a dataset of that name gives way.
    pub overwrite: bool,
}

/// A note on an array.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Number of values along each axis; empty for a single value.
    #[cfg_attr(feature = "typescript", ts(type = "number[]"))]
    pub shape: Vec<u64>,
    /// The values in row-major order.
    pub values: AttributeValues,
}

/// The values of an attribute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum AttributeValues {
    /// Text.
    Text(Vec<String>),
    /// Numbers, all of the same kind.
    Numbers(Vec<Scalar>),
}

/// A file to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NewRaw {
    /// Absolute path of the file.
    pub path: String,
    /// What stands before the elements, which are little-endian.
    pub header: Bytes,
    /// Whether a file of that name gives way.
    pub overwrite: bool,
}

/// An array in a file to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NewNpz {
    /// Absolute path of the archive.
    pub path: String,
    /// Name of the file in it.
    pub member: String,
    /// What stands before the elements, which are little-endian and in row-major order.
    pub header: Bytes,
    /// Whether the archive's files are compressed; all arrays of an archive agree.
    pub compressed: bool,
    /// Whether a file of that name gives way.
    pub overwrite: bool,
}

/// A folder to be made: files `0.npy`, `1.npy` … of elements in row-major order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NewStack {
    /// Absolute path of the folder.
    pub path: String,
    /// The axis along which the files follow each other.
    pub axis: u32,
    /// Elements of each file along it.
    pub files: Axis,
    /// What stands before the elements of a file, for each run of equal ones.
    pub headers: Vec<Bytes>,
    /// What goes to a further file, `info`, for those who read them all.
    pub info: Bytes,
    /// Whether a folder of that name gives way.
    pub overwrite: bool,
}

/// Bytes, which travel in one piece rather than as a list of numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Uint8Array"))]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        deserializer.deserialize_bytes(BytesVisitor)
    }
}

struct BytesVisitor;

impl Visitor<'_> for BytesVisitor {
    type Value = Bytes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
        Ok(Bytes(bytes.to_vec()))
    }
}

/// Checks that a layer writes its input to a place in the target, and has a receipt for each block.
pub(crate) fn check_write(write: &Write, input: &Layer, layer: &Layer) -> Result<(), String> {
    if !input.grid.is_known() {
        return Err("an input of unknown lengths".into());
    }
    let forwards = |pick: &Pick| match *pick {
        Pick::Slice { step, .. } => step > 0,
        Pick::Index { .. } => true,
        Pick::NewAxis => false,
    };
    if !write.selection.iter().all(forwards) {
        return Err("a target that is written backwards or along a new axis".into());
    }
    let receipts = Grid::new(input.grid.axes.iter().map(|axis| Axis::regular(axis.blocks(), 1)));
    if layer.grid != receipts {
        return Err("a grid without a receipt for each block".into());
    }
    let chunks = match &write.target {
        Target::Hdf5(new) => new.chunks.as_ref(),
        Target::Raw(_) | Target::Npz(_) => None,
        Target::Zarr(new) => {
            check_zarr(&new.array, write.shape.len())?;
            None
        }
        Target::Stack(new) => {
            let axis = write.shape.get(new.axis as usize);
            if axis != Some(&new.files.total()) || new.headers.len() != new.files.runs.len() {
                return Err("files of a stack that do not add up to its axis".into());
            }
            None
        }
        Target::Stored(store) => {
            check_stored(store, write.shape.len())?;
            None
        }
    };
    match chunks {
        Some(chunks) if chunks.len() != write.shape.len() || chunks.contains(&0) => {
            Err(format!("chunks {chunks:?} of a target of shape {:?}", write.shape))
        }
        _ => Ok(()),
    }
}

/// Checks that a store takes other elements.
fn check_stored(store: &Store, ndim: usize) -> Result<(), String> {
    match store {
        Store::Zarr(zarr) => check_zarr(zarr, ndim),
        Store::Hdf5 { .. } => Ok(()),
        Store::Raw(raw) if raw.deflated.is_none() => Ok(()),
        Store::Raw(_) | Store::Memory { .. } | Store::Stack { .. } => {
            Err("a store that takes no other elements".into())
        }
    }
}
