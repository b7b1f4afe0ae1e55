//! Elements read by the HDF5 library: the slow way that knows everything.

use bramble_graph::DType;
use hdf5_metno::{Dataset, Error, h5check};
use hdf5_metno_sys::{
    h5d,
    h5p::H5P_DEFAULT,
    h5s::{H5S_ALL, H5S_seloper_t, H5Sselect_hyperslab},
};

use super::{Space, element_type::memory_type};
use crate::Span;

/// Reads a region with positive steps, in row-major order and this machine's byte order. `out` has as many bytes as
/// the region.
pub(in crate::hdf5) fn read_region(
    dataset: &Dataset,
    dtype: DType,
    region: &[Span],
    out: &mut [u8],
) -> Result<(), Error> {
    let counts: Vec<u64> = region.iter().map(|span| span.count).collect();
    let bytes = counts.iter().try_fold(dtype.size() as u64, |bytes, &count| bytes.checked_mul(count));
    assert_eq!(bytes, Some(out.len() as u64), "a buffer of the region's size");
    if out.is_empty() {
        return Ok(());
    }
    hdf5_metno::sync::sync(|| {
        let datatype = memory_type(dtype)?;
        if region.is_empty() {
            // SAFETY: there is room for one element, all that a 0-d dataset has.
            h5check(unsafe {
                h5d::H5Dread(
                    dataset.id(),
                    datatype.id(),
                    H5S_ALL,
                    H5S_ALL,
                    H5P_DEFAULT,
                    out.as_mut_ptr().cast(),
                )
            })?;
            return Ok(());
        }
        let (stored, memory) = (dataset.space()?, Space::simple(&counts)?);
        if stored.ndim() != region.len() {
            return Err(Error::from("its shape has changed"));
        }
        let starts: Vec<u64> = region.iter().map(|span| span.start).collect();
        let steps: Vec<u64> = region.iter().map(|span| span.step.unsigned_abs()).collect();
        // SAFETY: there is a start, a step and a count for each axis.
        h5check(unsafe {
            H5Sselect_hyperslab(
                stored.id(),
                H5S_seloper_t::H5S_SELECT_SET,
                starts.as_ptr(),
                steps.as_ptr(),
                counts.as_ptr(),
                std::ptr::null(),
            )
        })?;
        // SAFETY: the memory space has as many elements as there is room for.
        h5check(unsafe {
            h5d::H5Dread(
                dataset.id(),
                datatype.id(),
                memory.0,
                stored.id(),
                H5P_DEFAULT,
                out.as_mut_ptr().cast(),
            )
        })?;
        Ok(())
    })
}
