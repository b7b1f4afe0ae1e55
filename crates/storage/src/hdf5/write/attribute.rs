//! Notes on a new dataset.

use bramble_graph::{AttributeValues, DType, Scalar};
use hdf5_metno::{Dataset, Error, H5Type, types::VarLenUnicode};

/// An attribute to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAttribute {
    /// Its name.
    pub name: String,
    /// Number of values along each axis; empty for a single value.
    pub shape: Vec<u64>,
    /// The values in row-major order.
    pub values: AttributeValues,
}

/// Writes an attribute as h5py would: texts in UTF-8, integers of 64 bits, floats of 64 bits, booleans as its
/// enumeration.
pub(super) fn write(dataset: &Dataset, attribute: &NewAttribute) -> Result<(), Error> {
    match &attribute.values {
        AttributeValues::Text(texts) => {
            let texts: Result<Vec<VarLenUnicode>, _> = texts.iter().map(|text| text.parse()).collect();
            let texts = texts.map_err(|_| Error::from("a text with a null character in it"))?;
            write_values(dataset, attribute, &texts)
        }
        AttributeValues::Numbers(numbers) => match dtype_of(numbers) {
            DType::Bool => write_values(dataset, attribute, &collect(numbers, as_bool)),
            DType::Int64 => write_values(dataset, attribute, &collect(numbers, as_int)),
            DType::UInt64 => write_values(dataset, attribute, &collect(numbers, as_uint)),
            _ => write_values(dataset, attribute, &collect(numbers, as_float)),
        },
    }
}

fn write_values<T: H5Type>(dataset: &Dataset, attribute: &NewAttribute, values: &[T]) -> Result<(), Error> {
    let builder = dataset.new_attr::<T>();
    match attribute.shape.as_slice() {
        [] => {
            let value = values.first().ok_or_else(|| Error::from("an attribute without a value"))?;
            builder.shape(()).create(attribute.name.as_str())?.write_scalar(value)
        }
        shape => {
            let shape: Result<Vec<usize>, _> = shape.iter().map(|&length| usize::try_from(length)).collect();
            let shape = shape.map_err(|_| Error::from("an attribute that is too long"))?;
            builder.shape(shape).create(attribute.name.as_str())?.write_raw(values)
        }
    }
}

/// The type that holds all of some numbers.
fn dtype_of(numbers: &[Scalar]) -> DType {
    let all = |is_it: fn(&Scalar) -> bool| numbers.iter().all(is_it);
    if all(|number| matches!(number, Scalar::Bool(_))) {
        DType::Bool
    } else if all(|number| matches!(number, Scalar::Bool(_) | Scalar::Int(_))) {
        DType::Int64
    } else if all(|number| as_uint(number).is_some()) {
        DType::UInt64
    } else {
        DType::Float64
    }
}

fn collect<T: Default>(numbers: &[Scalar], convert: fn(&Scalar) -> Option<T>) -> Vec<T> {
    numbers.iter().map(|number| convert(number).unwrap_or_default()).collect()
}

fn as_bool(number: &Scalar) -> Option<bool> {
    match *number {
        Scalar::Bool(value) => Some(value),
        _ => None,
    }
}

fn as_int(number: &Scalar) -> Option<i64> {
    match *number {
        Scalar::Bool(value) => Some(value.into()),
        Scalar::Int(value) => Some(value),
        Scalar::UInt(value) => value.try_into().ok(),
        Scalar::Float(_) => None,
    }
}

fn as_uint(number: &Scalar) -> Option<u64> {
    match *number {
        Scalar::Bool(value) => Some(value.into()),
        Scalar::Int(value) => value.try_into().ok(),
        Scalar::UInt(value) => Some(value),
        Scalar::Float(_) => None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "one of several conversions, the others of which may fail")]
fn as_float(number: &Scalar) -> Option<f64> {
    Some(match *number {
        Scalar::Bool(value) => f64::from(u8::from(value)),
        Scalar::Int(value) => value as f64,
        Scalar::UInt(value) => value as f64,
        Scalar::Float(value) => value,
    })
}
