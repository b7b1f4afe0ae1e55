//! Files with odd layouts read as h5py reads them.

use bramble_graph::Scalar;
use bramble_storage::{
    ArrayStore, Span,
    hdf5::{File, Hdf5Dataset, Object, open_dataset},
};
use serde_json::Value;

use crate::support::{oracle, read, read_tiles};

fn entries() -> Vec<Value> {
    let text = std::fs::read_to_string(oracle("expected.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn numbers(value: &Value) -> Vec<i64> {
    value.as_array().unwrap().iter().map(|number| number.as_i64().unwrap()).collect()
}

/// An element of `expected.json` as [`support::texts`] writes it.
fn text(value: &Value, dtype: &str) -> String {
    match value {
        Value::String(text) if dtype.starts_with("float") => format!("{:?}", text.parse::<f64>().unwrap()),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn texts(entry: &Value, values: &Value) -> Vec<String> {
    let dtype = entry["dtype"].as_str().unwrap();
    values.as_array().unwrap().iter().map(|value| text(value, dtype)).collect()
}

fn region(slice: &Value) -> Vec<Span> {
    let [starts, steps, counts] = ["start", "step", "count"].map(|key| numbers(&slice[key]));
    let spans = starts.iter().zip(&steps).zip(&counts);
    spans
        .map(|((&start, &step), &count)| Span {
            start: start.cast_unsigned(),
            step,
            count: count.cast_unsigned(),
        })
        .collect()
}

fn fill_text(dataset: &Hdf5Dataset) -> String {
    match dataset.fill_value() {
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::UInt(value) => value.to_string(),
        Scalar::Float(value) => format!("{value:?}"),
    }
}

fn check(entry: &Value) {
    let name = format!("{} of {}", entry["dataset"], entry["file"]);
    let path = oracle(entry["file"].as_str().unwrap());
    let dataset = open_dataset(&path, entry["dataset"].as_str().unwrap()).unwrap();
    assert_eq!(dataset.dtype().name(), entry["dtype"].as_str().unwrap(), "dtype of {name}");
    let shape: Vec<i64> = dataset.shape().iter().map(|&length| length.cast_signed()).collect();
    assert_eq!(shape, numbers(&entry["shape"]), "shape of {name}");
    let chunks =
        dataset.chunks().map(|chunks| chunks.iter().map(|&length| length.cast_signed()).collect::<Vec<_>>());
    assert_eq!(chunks, entry["chunks"].is_array().then(|| numbers(&entry["chunks"])), "chunks of {name}");
    let filters: Vec<&str> = dataset.filters().iter().map(|filter| filter.name.as_str()).collect();
    let expected: Vec<&str> =
        entry["filters"].as_array().unwrap().iter().map(|filter| filter.as_str().unwrap()).collect();
    assert_eq!(filters, expected, "filters of {name}");
    assert_eq!(fill_text(&dataset), text(&entry["fill"], entry["dtype"].as_str().unwrap()), "fill of {name}");

    let whole: Vec<Span> = dataset.shape().iter().map(|&length| Span::all(length)).collect();
    let expected = texts(entry, &entry["values"]);
    assert_eq!(read(&*dataset, &whole).unwrap(), expected, "values of {name}");
    for (tile, backwards) in [(2048, false), (5, false), (3, true)] {
        let found = read_tiles(&*dataset, &whole, tile, backwards).unwrap();
        assert_eq!(found, expected, "values of {name} in tiles of {tile}");
    }
    for slice in entry["slices"].as_array().unwrap() {
        let (region, expected) = (region(slice), texts(entry, &slice["values"]));
        assert_eq!(read(&*dataset, &region).unwrap(), expected, "{region:?} of {name}");
        assert_eq!(
            read_tiles(&*dataset, &region, 4, false).unwrap(),
            expected,
            "{region:?} of {name} in tiles"
        );
    }
}

fn check_refused(entry: &Value, error: &str) {
    let path = oracle(entry["file"].as_str().unwrap());
    let opened = File::open(&path).unwrap().get(entry["dataset"].as_str().unwrap());
    let refused = match opened {
        Err(refused) => refused,
        Ok(Object::Dataset(dataset)) => {
            let whole: Vec<Span> = dataset.shape().iter().map(|&length| Span::all(length)).collect();
            dataset.feed(&whole).err().unwrap()
        }
        Ok(Object::Group { name }) => panic!("{name} is a group"),
    };
    assert!(refused.to_string().contains(error), "{refused} should say {error:?}");
}

#[test]
fn datasets_read_as_h5py_reads_them() {
    let entries = entries();
    assert!(entries.len() > 200);
    for entry in &entries {
        match entry["error"].as_str() {
            Some(error) => check_refused(entry, error),
            None => check(entry),
        }
    }
}
