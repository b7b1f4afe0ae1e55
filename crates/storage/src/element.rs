//! Elements as a store has them.

use bramble_graph::DType;

/// An element type and the byte order it is stored in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) dtype: DType,
    pub(crate) big_endian: bool,
}
