//! The element types of arrays, found in HDF5's much larger world of types.

use bramble_graph::DType;
use hdf5_metno::{
    Datatype, Error, h5check,
    types::{CompoundField, CompoundType, FloatSize, TypeDescriptor},
};
use hdf5_metno_sys::h5t::{
    H5T_IEEE_F32BE, H5T_IEEE_F32LE, H5T_IEEE_F64BE, H5T_IEEE_F64LE, H5T_STD_I8BE, H5T_STD_I8LE,
    H5T_STD_I16BE, H5T_STD_I16LE, H5T_STD_I32BE, H5T_STD_I32LE, H5T_STD_I64BE, H5T_STD_I64LE, H5T_STD_U8BE,
    H5T_STD_U8LE, H5T_STD_U16BE, H5T_STD_U16LE, H5T_STD_U32BE, H5T_STD_U32LE, H5T_STD_U64BE, H5T_STD_U64LE,
    H5T_class_t, H5Tclose, H5Tequal, H5Tget_class, H5Tget_member_type, H5Tget_size, H5Tis_variable_str,
};

use crate::{Span, element::Element};

/// Names of the parts of a complex number, as h5py has them.
const PARTS: [&str; 2] = ["r", "i"];

/// What a dataset consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::hdf5) struct Found {
    /// The type of an element, or of both parts of a complex one.
    pub(in crate::hdf5) element: Element,
    /// Whether elements are complex: two floats, the real part first.
    pub(in crate::hdf5) is_complex: bool,
}

/// The element type of an HDF5 type, or what else it is.
pub(in crate::hdf5) fn element_of(datatype: &Datatype) -> Result<Found, String> {
    hdf5_metno::sync::sync(|| {
        if let Some(element) = part_of(datatype) {
            return Ok(Found { element, is_complex: true });
        }
        real_of(datatype).map(|element| Found { element, is_complex: false })
    })
}

/// The element type of numbers that are not complex.
fn real_of(datatype: &Datatype) -> Result<Element, String> {
    hdf5_metno::sync::sync(|| {
        let standard = [
            (H5T_STD_I8LE, H5T_STD_I8BE, DType::Int8),
            (H5T_STD_I16LE, H5T_STD_I16BE, DType::Int16),
            (H5T_STD_I32LE, H5T_STD_I32BE, DType::Int32),
            (H5T_STD_I64LE, H5T_STD_I64BE, DType::Int64),
            (H5T_STD_U8LE, H5T_STD_U8BE, DType::UInt8),
            (H5T_STD_U16LE, H5T_STD_U16BE, DType::UInt16),
            (H5T_STD_U32LE, H5T_STD_U32BE, DType::UInt32),
            (H5T_STD_U64LE, H5T_STD_U64BE, DType::UInt64),
            (H5T_IEEE_F32LE, H5T_IEEE_F32BE, DType::Float32),
            (H5T_IEEE_F64LE, H5T_IEEE_F64BE, DType::Float64),
        ];
        // SAFETY: both ids name types for as long as this runs: the library is open and the lock is held.
        let equal = |id| unsafe { H5Tequal(datatype.id(), id) } > 0;
        for (little, big, dtype) in standard {
            if equal(*little) || equal(*big) {
                return Ok(Element { dtype, big_endian: dtype.size() > 1 && equal(*big) });
            }
        }
        if matches!(datatype.to_descriptor(), Ok(TypeDescriptor::Boolean)) {
            return Ok(Element { dtype: DType::Bool, big_endian: false });
        }
        Err(describe(datatype))
    })
}

/// The type of both parts of a complex number, if that is what the type is.
fn part_of(datatype: &Datatype) -> Option<Element> {
    let Ok(TypeDescriptor::Compound(CompoundType { fields, size })) = datatype.to_descriptor() else {
        return None;
    };
    let names = fields.iter().map(|field| field.name.as_str());
    let halves = fields.iter().map(|field| field.offset);
    if !names.eq(PARTS) || !halves.eq([0, size / 2]) {
        return None;
    }
    let parts = [0, 1].map(|number| {
        // SAFETY: the id names a compound of two members; the caller holds the lock.
        let member = h5check(unsafe { H5Tget_member_type(datatype.id(), number) }).ok()?;
        let floats = [
            (H5T_IEEE_F32LE, DType::Float32, false),
            (H5T_IEEE_F32BE, DType::Float32, true),
            (H5T_IEEE_F64LE, DType::Float64, false),
            (H5T_IEEE_F64BE, DType::Float64, true),
        ];
        // SAFETY: both ids name types.
        let found = floats.iter().find(|(id, ..)| unsafe { H5Tequal(member, **id) } > 0);
        let element = found.map(|&(_, dtype, big_endian)| Element { dtype, big_endian });
        // SAFETY: the id is ours and nobody uses it any more.
        unsafe { H5Tclose(member) };
        element.filter(|element| size == 2 * element.dtype.size())
    });
    parts[0].filter(|_| parts[0] == parts[1])
}

/// The type in memory of some parts of complex numbers: of one, or of both.
pub(in crate::hdf5) fn complex_type(dtype: DType, parts: Span) -> Result<Datatype, Error> {
    let size = if dtype == DType::Float32 { FloatSize::U4 } else { FloatSize::U8 };
    let fields = (0..parts.count).map(|index| {
        let at = crate::region::in_memory(index);
        let name = PARTS[crate::region::in_memory(parts.at(index))];
        CompoundField::new(name, TypeDescriptor::Float(size), at * dtype.size(), at)
    });
    let fields: Vec<CompoundField> = fields.collect();
    let size = fields.len() * dtype.size();
    Datatype::from_descriptor(&TypeDescriptor::Compound(CompoundType { fields, size }))
}

/// The type of elements in this machine's memory.
pub(in crate::hdf5) fn memory_type(dtype: DType) -> Result<Datatype, Error> {
    match dtype {
        DType::Bool => Datatype::from_type::<bool>(),
        DType::Int8 => Datatype::from_type::<i8>(),
        DType::Int16 => Datatype::from_type::<i16>(),
        DType::Int32 => Datatype::from_type::<i32>(),
        DType::Int64 => Datatype::from_type::<i64>(),
        DType::UInt8 => Datatype::from_type::<u8>(),
        DType::UInt16 => Datatype::from_type::<u16>(),
        DType::UInt32 => Datatype::from_type::<u32>(),
        DType::UInt64 => Datatype::from_type::<u64>(),
        DType::Float32 => Datatype::from_type::<f32>(),
        DType::Float64 => Datatype::from_type::<f64>(),
    }
}

/// Says in a few words what an HDF5 type is.
fn describe(datatype: &Datatype) -> String {
    // SAFETY: the id names a type; the caller holds the lock.
    let (class, size, variable) = unsafe {
        let id = datatype.id();
        (H5Tget_class(id), H5Tget_size(id), H5Tis_variable_str(id) > 0)
    };
    let bits = size * 8;
    match class {
        H5T_class_t::H5T_INTEGER => format!("integer of {bits} bits with unused bits"),
        H5T_class_t::H5T_FLOAT if size == 2 => "float16".to_owned(),
        H5T_class_t::H5T_FLOAT => format!("float of {bits} bits that is not IEEE 754 binary32 or binary64"),
        H5T_class_t::H5T_STRING if variable => "string of variable length".to_owned(),
        H5T_class_t::H5T_STRING => format!("string of {size} bytes"),
        H5T_class_t::H5T_COMPOUND => match datatype.to_descriptor() {
            Ok(TypeDescriptor::Compound(compound)) => {
                let names: Vec<&str> = compound.fields.iter().map(|field| field.name.as_str()).collect();
                format!("compound of {}", names.join(", "))
            }
            _ => "compound".to_owned(),
        },
        H5T_class_t::H5T_TIME => "time".to_owned(),
        H5T_class_t::H5T_BITFIELD => format!("bit field of {bits} bits"),
        H5T_class_t::H5T_OPAQUE => format!("opaque of {size} bytes"),
        H5T_class_t::H5T_REFERENCE => "reference".to_owned(),
        H5T_class_t::H5T_ENUM => "enumeration".to_owned(),
        H5T_class_t::H5T_VLEN => "sequence of variable length".to_owned(),
        H5T_class_t::H5T_ARRAY => "array".to_owned(),
        H5T_class_t::H5T_COMPLEX => format!("complex of {bits} bits"),
        H5T_class_t::H5T_NO_CLASS | H5T_class_t::H5T_NCLASSES => "unknown".to_owned(),
    }
}
