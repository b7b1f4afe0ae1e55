//! Datasets that were written, read again.

use std::{fs, sync::Arc};

use bramble_array::Chunk;
use bramble_graph::{AttributeValues, DType, Scalar};
use bramble_storage::{
    ArrayStore, ArrayWriter, Session as _, Span, StorageError,
    hdf5::{AttributeValue, Encoding, File, NewAttribute, NewDataset, Session, open_dataset},
};
use proptest::prelude::*;

fn dataset(name: &str, shape: &[u64], chunks: Option<Vec<u64>>, encoding: Encoding) -> NewDataset {
    let (name, shape) = (name.to_owned(), shape.to_vec());
    NewDataset {
        name,
        dtype: DType::Int32,
        is_complex: false,
        shape,
        chunks,
        encoding,
        attributes: Vec::new(),
        overwrite: false,
    }
}

/// The elements `first, first + 1, …` of a box.
fn block(first: i32, lengths: &[usize]) -> Chunk {
    let count: usize = lengths.iter().product();
    let values: Vec<i32> = (first..).take(count).collect();
    Chunk::from_slice(lengths, &values).unwrap()
}

fn read(store: &dyn ArrayStore) -> Vec<i32> {
    let region: Vec<Span> = store.shape().iter().map(|&length| Span::all(length)).collect();
    let count: u64 = store.shape().iter().product();
    let mut out = vec![0; usize::try_from(count * 4).unwrap()];
    store.feed(&region).unwrap().read_all(&mut out).unwrap();
    out.as_chunks::<4>().0.iter().map(|bytes| i32::from_ne_bytes(*bytes)).collect()
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let name = |entry: Result<fs::DirEntry, _>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(name).collect();
    names.sort_unstable();
    names
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_written_is_read(
        rows in 0_u64..9, columns in 0_u64..9, chunk in [1_u64..5, 1_u64..5], blocks in [1_u64..3, 1_u64..3],
        chunked: bool, shuffle: bool, gzip in prop::option::of(0_u8..10), fletcher32: bool,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.h5");
        let chunked = chunked && rows > 0 && columns > 0;
        let chunks = chunked.then(|| vec![chunk[0].min(rows), chunk[1].min(columns)]);
        let encoding = Encoding { shuffle, gzip, fletcher32 };
        let encoding = if chunked { encoding } else { Encoding::default() };
        let session = Arc::new(Session::begin(&path).unwrap());
        let writer = session.create(dataset("/a/x", &[rows, columns], chunks.clone(), encoding)).unwrap();
        let [chunk_rows, chunk_columns] = chunks.map_or(chunk, |chunks| [chunks[0], chunks[1]]);
        let (down, right) = (chunk_rows * blocks[0], chunk_columns * blocks[1]);
        for top in (0..rows).step_by(usize::try_from(down).unwrap()) {
            for left in (0..columns).step_by(usize::try_from(right).unwrap()) {
                let (height, width) = (down.min(rows - top), right.min(columns - left));
                let first = i32::try_from(top * 100 + left).unwrap();
                let rows: Vec<i32> = (0..).take(usize::try_from(height).unwrap())
                    .flat_map(|row| (first + row * 100..).take(usize::try_from(width).unwrap())).collect();
                let lengths = [height, width].map(|length| usize::try_from(length).unwrap());
                let region = [Span { start: top, step: 1, count: height }, Span { start: left, step: 1, count: width }];
                writer.write(&region, &Chunk::from_slice(&lengths, &rows).unwrap()).unwrap();
            }
        }
        prop_assert!(!path.exists());
        session.commit().unwrap();
        let expected: Vec<i32> = (0..i32::try_from(rows).unwrap())
            .flat_map(|row| (row * 100..).take(usize::try_from(columns).unwrap())).collect();
        prop_assert_eq!(read(&*open_dataset(&path, "/a/x").unwrap()), expected);
        prop_assert_eq!(names(folder.path()), ["x.h5"]);
    }
}

#[test]
fn a_dataset_joins_others_and_gives_way_only_if_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    for (name, first) in [("/x", 1), ("/y", 10)] {
        let session = Arc::new(Session::begin(&path).unwrap());
        let writer = session.create(dataset(name, &[3], Some(vec![2]), Encoding::default())).unwrap();
        writer.write(&[Span::all(3)], &block(first, &[3])).unwrap();
        session.commit().unwrap();
    }
    let old = open_dataset(&path, "/x").unwrap();
    let session = Arc::new(Session::begin(&path).unwrap());
    let new = dataset("/x", &[], None, Encoding::default());
    let error = session.create(new.clone()).err().unwrap();
    assert!(matches!(error, StorageError::DatasetExists { .. }), "{error}");
    let writer = session.create(NewDataset { overwrite: true, ..new }).unwrap();
    writer.write(&[], &block(7, &[])).unwrap();
    session.commit().unwrap();
    // Whoever has the old file open goes on to read it.
    assert_eq!(read(&*old), [1, 2, 3]);
    assert_eq!(read(&*open_dataset(&path, "/x").unwrap()), [7]);
    assert_eq!(read(&*open_dataset(&path, "/y").unwrap()), [10, 11, 12]);
    assert_eq!(names(folder.path()), ["x.h5"]);
}

#[test]
fn a_session_that_is_dropped_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    fs::write(&path, "no HDF5").unwrap();
    assert!(matches!(Session::begin(&path), Err(StorageError::NotHdf5 { .. })));
    fs::remove_file(&path).unwrap();
    let session = Arc::new(Session::begin(&path).unwrap());
    let writer = session.create(dataset("/x", &[4], Some(vec![2]), Encoding::default())).unwrap();
    let error = writer.write(&[Span { start: 1, step: 1, count: 2 }], &block(0, &[2])).unwrap_err();
    assert!(error.to_string().contains("cuts through the chunks"), "{error}");
    writer.write(&[Span { start: 2, step: 1, count: 2 }], &block(0, &[2])).unwrap();
    drop((writer, session));
    assert!(names(folder.path()).is_empty());
}

#[test]
fn complex_numbers_come_back_as_their_parts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    let parts: Vec<f64> = (0..20).map(f64::from).collect();
    let session = Arc::new(Session::begin(&path).unwrap());
    for (name, chunks) in [("/whole", None), ("/cut", Some(vec![2, 2, 2]))] {
        let encoding = Encoding { shuffle: chunks.is_some(), ..Encoding::default() };
        let new = NewDataset {
            dtype: DType::Float64,
            is_complex: true,
            ..dataset(name, &[5, 2, 2], chunks, encoding)
        };
        let region = [5, 2, 2].map(Span::all);
        let block = Chunk::from_slice(&[5, 2, 2], &parts).unwrap();
        session.create(new).unwrap().write(&region, &block).unwrap();
    }
    session.commit().unwrap();
    for name in ["/whole", "/cut"] {
        let store = open_dataset(&path, name).unwrap();
        assert_eq!((store.dtype(), store.shape()), (DType::Float64, &[5, 2, 2][..]));
        let mut out = [0_u8; 160];
        store.feed(&[5, 2, 2].map(Span::all)).unwrap().read_all(&mut out).unwrap();
        assert_eq!(
            out.as_chunks::<8>().0.iter().map(|bytes| f64::from_ne_bytes(*bytes)).collect::<Vec<_>>(),
            parts
        );
    }
}

#[test]
fn attributes_are_numbers_and_texts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    let session = Arc::new(Session::begin(&path).unwrap());
    let attribute =
        |name: &str, shape: &[u64], values| NewAttribute { name: name.into(), shape: shape.to_vec(), values };
    let numbers = |numbers: &[Scalar]| AttributeValues::Numbers(numbers.to_vec());
    let attributes = vec![
        attribute("flag", &[], numbers(&[Scalar::Bool(true)])),
        attribute("range", &[2], numbers(&[Scalar::Int(-1), Scalar::Float(0.5)])),
        attribute("unit", &[], AttributeValues::Text(vec!["Ω".into()])),
    ];
    session.create(NewDataset { attributes, ..dataset("/x", &[], None, Encoding::default()) }).unwrap();
    session.commit().unwrap();
    let read = File::open(&path).unwrap().attributes("/x").unwrap();
    let bytes = [(-1.0_f64).to_ne_bytes(), 0.5_f64.to_ne_bytes()].concat();
    let expected = [
        AttributeValue::Numbers { dtype: DType::Bool, shape: vec![], bytes: vec![1] },
        AttributeValue::Numbers { dtype: DType::Float64, shape: vec![2], bytes },
        AttributeValue::Text { shape: vec![], values: vec!["Ω".into()] },
    ];
    let values: Vec<AttributeValue> = read.into_iter().map(|(_, value)| value).collect();
    assert_eq!(values, expected);
}
