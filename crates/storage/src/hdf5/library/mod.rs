//! What is asked of the HDF5 library beyond its Rust bindings, which count in `usize`, know no raw fill values and
//! read no attribute of a type that is not known beforehand.
//!
//! The library has one lock; every function here takes it for as long as it runs.

mod attribute;
mod element_type;
mod link;
mod properties;
mod region;

pub use attribute::AttributeValue;
pub(super) use attribute::attribute_value;
pub(super) use element_type::{Found, complex_type, element_of, memory_type};
pub(super) use link::soft_link_target;
pub use properties::Layout;
pub(super) use properties::{Properties, properties};
pub(super) use region::{read_region, write_region};

use hdf5_metno::Error;
use hdf5_metno_sys::{h5i::hid_t, h5s};

/// A data space of our own.
struct Space(hid_t);

impl Space {
    /// A space of these lengths.
    fn simple(lengths: &[u64]) -> Result<Space, Error> {
        let rank = i32::try_from(lengths.len()).map_err(|_| Error::from("too many axes"))?;
        // SAFETY: the pointer is to as many lengths as the rank says; no maximum is given.
        let id = unsafe { h5s::H5Screate_simple(rank, lengths.as_ptr(), std::ptr::null()) };
        hdf5_metno::h5check(id).map(Space)
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        // SAFETY: the id is ours and was checked when it was made.
        unsafe { h5s::H5Sclose(self.0) };
    }
}
