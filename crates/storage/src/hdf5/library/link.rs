//! Links between the objects of a file.

use std::ffi::CString;

use hdf5_metno::{Error, Group, h5check};
use hdf5_metno_sys::{
    h5l::{H5L_info2_t, H5L_type_t, H5Lget_info2, H5Lget_val},
    h5p::H5P_DEFAULT,
};

/// No path is longer; a damaged file may claim any length.
const MOST_BYTES: usize = 1 << 20;

/// Where a soft link of a group leads; `None` for links of other kinds.
pub(in crate::hdf5) fn soft_link_target(group: &Group, name: &str) -> Result<Option<String>, Error> {
    let name = CString::new(name).map_err(|_| Error::from("a name with a null byte"))?;
    hdf5_metno::sync::sync(|| {
        let mut info = H5L_info2_t::default();
        // SAFETY: the name ends with a null byte; there is room for one answer.
        h5check(unsafe { H5Lget_info2(group.id(), name.as_ptr(), &raw mut info, H5P_DEFAULT) })?;
        if info.type_ != H5L_type_t::H5L_TYPE_SOFT {
            return Ok(None);
        }
        // SAFETY: the answer is about a soft link, for which it holds the length.
        let length = unsafe { *info.u.val_size() };
        if length > MOST_BYTES {
            return Err(Error::from("a link with a target of more than a megabyte"));
        }
        let mut target = vec![0_u8; length];
        // SAFETY: there is room for `length` bytes.
        h5check(unsafe {
            H5Lget_val(group.id(), name.as_ptr(), target.as_mut_ptr().cast(), length, H5P_DEFAULT)
        })?;
        let target = target.split(|&byte| byte == 0).next().unwrap_or_default();
        Ok(Some(String::from_utf8_lossy(target).into_owned()))
    })
}
