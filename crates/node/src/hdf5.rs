//! HDF5 files to look into. Descriptions go over as JSON, whose 64-bit integers and floats without a number are
//! text.

use std::path::Path;

use bramble_array::Element;
use bramble_graph::{DType, Scalar};
use bramble_storage::hdf5::{AttributeValue, File, Hdf5Dataset, Layout, Object};
use bramble_storage::{ArrayStore, StorageError};
use napi::Env;
use napi::bindgen_prelude::Object as JsObject;
use napi_derive::napi;
use serde_json::{Value, json};

use crate::error::{Code, Error, Failure, Result, internal, storage_error};

/// A file that is open.
#[napi]
pub struct Hdf5File {
    file: Option<File>,
}

#[napi]
impl Hdf5File {
    /// Opens a file to read.
    #[napi(constructor)]
    pub fn new(path: String) -> Result<Hdf5File> {
        Ok(Hdf5File { file: Some(File::open(Path::new(&path)).map_err(storage_error)?) })
    }

    /// Describes an object.
    #[napi]
    pub fn node(&self, path: String) -> Result<String> {
        Ok(describe_object(self.file()?.get(&path).map_err(storage_error)?).to_string())
    }

    /// Names of the members of a group.
    #[napi]
    pub fn keys(&self, path: String) -> Result<Vec<String>> {
        self.file()?.keys(&path).map_err(storage_error)
    }

    /// The attributes of an object.
    #[napi]
    pub fn attrs(&self, path: String) -> Result<String> {
        attributes(self.file()?, &path).map_err(storage_error)
    }

    /// Closes the file; computations on its datasets open it again.
    #[napi]
    pub fn close(&mut self) {
        self.file = None;
    }

    fn file(&self) -> Result<&File> {
        self.file.as_ref().ok_or_else(|| Error::new(Code::FileClosed, "the file was closed"))
    }
}

/// What is at a path of a file behind a URL.
#[napi(object)]
#[derive(Default)]
pub struct NativeHdf5Look {
    /// As [`Hdf5File::node`] describes it.
    pub node: Option<String>,
    /// Names of the members of a group.
    pub keys: Option<Vec<String>>,
    /// Its attributes.
    pub attrs: Option<String>,
    /// What names the bytes of a dataset's file, if the server does.
    pub tag: Option<String>,
    /// Or why it could not be read.
    pub error: Option<Failure>,
}

/// Describes what is at a path of a file behind a URL, which may take seconds. It never rejects.
#[napi(ts_return_type = "Promise<NativeHdf5Look>")]
pub fn look_into_hdf5(env: &Env, url: String, path: String) -> Result<JsObject<'_>> {
    let (deferred, promise) = env.create_deferred::<NativeHdf5Look, _>().map_err(internal)?;
    std::thread::spawn(move || {
        let looked = look(&url, &path).unwrap_or_else(|error| NativeHdf5Look {
            error: Some(Failure::from(&error)),
            ..NativeHdf5Look::default()
        });
        deferred.resolve(move |_| Ok(looked));
    });
    Ok(promise)
}

fn look(url: &str, path: &str) -> std::result::Result<NativeHdf5Look, StorageError> {
    let file = File::open(Path::new(url))?;
    let found = file.get(path)?;
    let (keys, tag) = match &found {
        Object::Group { name } => (Some(file.keys(name)?), None),
        Object::Dataset(dataset) => (None, dataset.tag().map(str::to_owned)),
    };
    let attrs = Some(attributes(&file, path)?);
    Ok(NativeHdf5Look { node: Some(describe_object(found).to_string()), keys, attrs, tag, error: None })
}

fn describe_object(object: Object) -> Value {
    match object {
        Object::Group { name } => json!({ "kind": "group", "path": name }),
        Object::Dataset(dataset) => describe(&dataset),
    }
}

fn attributes(file: &File, path: &str) -> std::result::Result<String, StorageError> {
    let values = file.attributes(path)?.into_iter().map(|(name, value)| (name, attribute(value)));
    Ok(Value::Object(values.collect()).to_string())
}

fn describe(dataset: &Hdf5Dataset) -> Value {
    let filters: Vec<Value> = dataset
        .filters()
        .iter()
        .map(|filter| json!({ "name": filter.name, "options": filter.options }))
        .collect();
    // Complex numbers are one element above, and two along a last axis below.
    let own = |lengths: &[u64]| lengths[..lengths.len() - usize::from(dataset.is_complex())].to_vec();
    let dtype = match dataset.dtype() {
        DType::Float32 if dataset.is_complex() => "complex64",
        DType::Float64 if dataset.is_complex() => "complex128",
        dtype => dtype.name(),
    };
    json!({
        "kind": "dataset",
        "path": dataset.name(),
        "shape": own(dataset.shape()),
        "dtype": dtype,
        "chunks": dataset.chunks().map(own),
        "filters": filters,
        "layout": match dataset.layout() {
            Layout::Compact => "compact",
            Layout::Contiguous { .. } | Layout::External => "contiguous",
            Layout::Chunked => "chunked",
            Layout::Virtual => "virtual",
        },
        "fillValue": scalar(dataset.fill_value()),
        "decoded": dataset.is_decoded(),
    })
}

/// A number as JSON has it, or its text.
fn scalar(value: Scalar) -> Value {
    match value {
        Scalar::Bool(value) => json!(value),
        Scalar::Int(value) => json!(value.to_string()),
        Scalar::UInt(value) => json!(value.to_string()),
        Scalar::Float(value) => json!(format!("{value:?}")),
    }
}

fn attribute(value: AttributeValue) -> Value {
    match value {
        AttributeValue::Empty => Value::Null,
        AttributeValue::Unsupported { found } => json!(format!("<{found}>")),
        AttributeValue::Text { shape, values } => nest(&shape, &mut values.into_iter().map(Value::from)),
        AttributeValue::Numbers { dtype, shape, bytes } => {
            nest(&shape, &mut bytes.chunks_exact(dtype.size()).map(|bytes| number(dtype, bytes)))
        }
    }
}

/// Arrays in arrays, one level for each axis.
fn nest(shape: &[u64], values: &mut impl Iterator<Item = Value>) -> Value {
    match shape {
        [] => values.next().unwrap_or(Value::Null),
        [length, inner @ ..] => Value::Array((0..*length).map(|_| nest(inner, values)).collect()),
    }
}

/// A number of an attribute: small integers and common floats as they are, the others as text in an object.
fn number(dtype: DType, bytes: &[u8]) -> Value {
    fn read<T: Element>(bytes: &[u8]) -> T {
        bytemuck::pod_read_unaligned(bytes)
    }
    match dtype {
        DType::Bool => json!(bytes[0] != 0),
        DType::Int8 => json!(read::<i8>(bytes)),
        DType::Int16 => json!(read::<i16>(bytes)),
        DType::Int32 => json!(read::<i32>(bytes)),
        DType::UInt8 => json!(read::<u8>(bytes)),
        DType::UInt16 => json!(read::<u16>(bytes)),
        DType::UInt32 => json!(read::<u32>(bytes)),
        DType::Int64 => json!({ "int": read::<i64>(bytes).to_string() }),
        DType::UInt64 => json!({ "int": read::<u64>(bytes).to_string() }),
        DType::Float32 => float(f64::from(read::<f32>(bytes))),
        DType::Float64 => float(read::<f64>(bytes)),
    }
}

fn float(value: f64) -> Value {
    if value.is_finite() && !(value == 0.0 && value.is_sign_negative()) {
        json!(value)
    } else {
        json!({ "float": format!("{value:?}") })
    }
}
