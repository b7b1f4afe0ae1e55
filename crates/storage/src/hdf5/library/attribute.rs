//! Values of attributes.

use std::ffi::{CStr, c_char};

use bramble_graph::DType;
use hdf5_metno::{Attribute, Datatype, Error, h5check};
use hdf5_metno_sys::{
    h5a::H5Aread,
    h5p::H5P_DEFAULT,
    h5s::{H5S_class_t, H5Sget_simple_extent_dims, H5Sget_simple_extent_ndims, H5Sget_simple_extent_type},
    h5t::{H5T_class_t, H5T_str_t, H5Tget_class, H5Tget_size, H5Tget_strpad, H5Tis_variable_str, H5Treclaim},
};

use super::element_type::{Found, element_of, memory_type};

/// An attribute larger than this is left out: attributes are notes, and a damaged file may claim any size.
const MOST_BYTES: u64 = 16 << 20;

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeValue {
    /// Numbers; one with an empty shape is a scalar.
    Numbers {
        /// Type of the elements.
        dtype: DType,
        /// Number of elements along each axis.
        shape: Vec<u64>,
        /// The elements in row-major order and this machine's byte order.
        bytes: Vec<u8>,
    },
    /// Text; one with an empty shape is a scalar.
    Text {
        /// Number of texts along each axis.
        shape: Vec<u64>,
        /// The texts in row-major order.
        values: Vec<String>,
    },
    /// An attribute without a value.
    Empty,
    /// Something that is not read.
    Unsupported {
        /// What it is.
        found: String,
    },
}

/// Reads an attribute.
pub(in crate::hdf5) fn attribute_value(attribute: &Attribute) -> Result<AttributeValue, Error> {
    hdf5_metno::sync::sync(|| {
        let Some(shape) = shape(attribute)? else { return Ok(AttributeValue::Empty) };
        let datatype = attribute.dtype()?;
        // SAFETY: the id names a type; the lock is held.
        let (class, size) = unsafe { (H5Tget_class(datatype.id()), H5Tget_size(datatype.id())) };
        let bytes = shape.iter().try_fold(size as u64, |bytes, &length| bytes.checked_mul(length));
        let Some(bytes) =
            bytes.filter(|&bytes| bytes <= MOST_BYTES).and_then(|bytes| usize::try_from(bytes).ok())
        else {
            let found = format!("more than {MOST_BYTES} bytes");
            return Ok(AttributeValue::Unsupported { found });
        };
        if class == H5T_class_t::H5T_STRING {
            let values = texts(attribute, &datatype, size, bytes)?;
            return Ok(AttributeValue::Text { shape, values });
        }
        match element_of(&datatype) {
            Ok(found) if found.is_complex => {
                Ok(AttributeValue::Unsupported { found: "complex numbers".to_owned() })
            }
            Ok(Found { element, .. }) => {
                let mut values = vec![0; bytes];
                let memory = memory_type(element.dtype)?;
                // SAFETY: there is room for all elements, which have the same size in memory as in the file.
                h5check(unsafe { H5Aread(attribute.id(), memory.id(), values.as_mut_ptr().cast()) })?;
                Ok(AttributeValue::Numbers { dtype: element.dtype, shape, bytes: values })
            }
            Err(found) => Ok(AttributeValue::Unsupported { found }),
        }
    })
}

fn shape(attribute: &Attribute) -> Result<Option<Vec<u64>>, Error> {
    let space = attribute.space()?;
    // SAFETY: the id names a space; the lock is held.
    if unsafe { H5Sget_simple_extent_type(space.id()) } == H5S_class_t::H5S_NULL {
        return Ok(None);
    }
    // SAFETY: as above.
    let rank = h5check(unsafe { H5Sget_simple_extent_ndims(space.id()) })?;
    let mut shape = vec![0; usize::try_from(rank).unwrap_or(0)];
    // SAFETY: there is room for as many lengths as the space has axes.
    h5check(unsafe { H5Sget_simple_extent_dims(space.id(), shape.as_mut_ptr(), std::ptr::null_mut()) })?;
    Ok(Some(shape))
}

fn texts(
    attribute: &Attribute,
    datatype: &Datatype,
    size: usize,
    bytes: usize,
) -> Result<Vec<String>, Error> {
    // SAFETY: the id names a type; the lock is held.
    if unsafe { H5Tis_variable_str(datatype.id()) } > 0 {
        return variable_texts(attribute, datatype, bytes / size_of::<*mut c_char>());
    }
    let mut stored = vec![0; bytes];
    // SAFETY: there is room for as many texts of this size as the attribute has.
    h5check(unsafe { H5Aread(attribute.id(), datatype.id(), stored.as_mut_ptr().cast()) })?;
    // SAFETY: the id names a type of strings.
    let by_spaces = unsafe { H5Tget_strpad(datatype.id()) } == H5T_str_t::H5T_STR_SPACEPAD;
    let trimmed = |text: &[u8]| {
        let text = String::from_utf8_lossy(text.split(|&byte| byte == 0).next().unwrap_or_default());
        if by_spaces { text.trim_end_matches(' ').to_owned() } else { text.into_owned() }
    };
    Ok(stored.chunks(size.max(1)).map(trimmed).collect())
}

fn variable_texts(attribute: &Attribute, datatype: &Datatype, count: usize) -> Result<Vec<String>, Error> {
    let mut pointers: Vec<*mut c_char> = vec![std::ptr::null_mut(); count];
    // SAFETY: there is room for as many pointers as the attribute has texts.
    h5check(unsafe { H5Aread(attribute.id(), datatype.id(), pointers.as_mut_ptr().cast()) })?;
    let text = |&pointer: &*mut c_char| {
        if pointer.is_null() {
            return String::new();
        }
        // SAFETY: the library made a text that ends with a null byte.
        unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
    };
    let texts = pointers.iter().map(text).collect();
    let space = attribute.space()?;
    // SAFETY: the texts are the library's, of this type and as many as the space has; nothing refers to them.
    h5check(unsafe { H5Treclaim(datatype.id(), space.id(), H5P_DEFAULT, pointers.as_mut_ptr().cast()) })?;
    Ok(texts)
}
