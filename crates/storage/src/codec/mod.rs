//! What the filters of HDF5, the codecs of Zarr and zip files have in common.

pub(crate) mod deflate;
pub(crate) mod shuffle;
