//! Finding one's way in files, and what is said about files that are not as they should be.

use std::{
    ffi::{CString, c_char, c_int},
    fs,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use bramble_graph::DType;
use bramble_storage::{
    ArrayStore, ChunkProblem, Span, StorageError, Subject,
    hdf5::{AttributeValue, ExampleDataset, File, Layout, Object, open_dataset, write_example},
};
use hdf5_metno::{
    dataset::{ChunkOpts, DatasetCreate},
    file::LibraryVersion,
};
use hdf5_metno_sys::h5i::hid_t;

use crate::support::{oracle, read, texts};

unsafe extern "C" {
    /// As the library has it: its bindings take file offsets for 32 bits on machines of 32 bits.
    #[link_name = "H5Pset_external"]
    fn set_external(plist: hid_t, name: *const c_char, offset: i64, size: u64) -> c_int;
}

fn tree() -> File {
    File::open(&oracle("tree.hdf5")).unwrap()
}

/// Creates a file the library's way, without the locks that would keep it from being opened twice.
fn create(path: &Path) -> hdf5_metno::File {
    hdf5_metno::File::with_options()
        .with_fapl(|access| {
            access.file_locking(false).libver_bounds(LibraryVersion::latest(), LibraryVersion::latest())
        })
        .create(path)
        .unwrap()
}

fn all(store: &dyn ArrayStore) -> Vec<Span> {
    store.shape().iter().map(|&length| Span::all(length)).collect()
}

fn read_error(store: &dyn ArrayStore) -> StorageError {
    let error = read(store, &all(store)).unwrap_err();
    error.downcast_ref::<StorageError>().unwrap().clone()
}

/// Address of the first chunk of a dataset.
fn first_chunk(path: &Path) -> u64 {
    let file =
        hdf5_metno::File::with_options().with_fapl(|access| access.file_locking(false)).open(path).unwrap();
    let mut address = 0;
    file.dataset("x")
        .unwrap()
        .chunks_visit(|chunk| {
            address = chunk.addr;
            -1
        })
        .unwrap_err();
    address
}

/// Turns a byte of a file round, and leaves its times as they are.
fn flip(path: &Path, position: u64) {
    let file = fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, position).unwrap();
    file.write_all_at(&[!byte[0]], position).unwrap();
}

#[test]
fn follows_paths_and_links() {
    let file = tree();
    for name in
        ["/measurements/temperature", "measurements//temperature/", "alias", "measurements/up/./temperature"]
    {
        let Object::Dataset(dataset) = file.get(name).unwrap() else { panic!("{name} is a group") };
        assert_eq!(dataset.shape(), [2, 3], "{name}");
    }
    let Object::Dataset(relative) = file.get("measurements/relative").unwrap() else { panic!("a group") };
    assert_eq!((relative.dtype(), relative.shape()), (DType::Int16, &[3][..]));
    let Object::Dataset(elsewhere) = file.get("elsewhere").unwrap() else { panic!("a group") };
    assert_eq!((elsewhere.path(), elsewhere.name()), (&*oracle("masks.hdf5"), "/noise"));
    assert!(matches!(file.get("measurements").unwrap(), Object::Group { name } if name == "/measurements"));
    assert!(matches!(file.get("/").unwrap(), Object::Group { name } if name == "/"));
}

#[test]
fn lists_names() {
    let file = tree();
    assert_eq!(file.keys("measurements").unwrap(), ["pressure", "relative", "temperature", "up"]);
    assert!(file.keys("/empty").unwrap().is_empty());
    let error = file.keys("alias").unwrap_err();
    assert!(error.to_string().ends_with("is a dataset, expected a group"), "{error}");
}

#[test]
fn reads_attributes() {
    let attributes = tree().attributes("measurements/temperature").unwrap();
    let names: Vec<&str> = attributes.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["big", "count", "fixed", "flag", "names", "nothing", "pair", "scale", "units"]);
    let value = |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).unwrap().1.clone();
    let text = |shape: &[u64], values: &[&str]| AttributeValue::Text {
        shape: shape.to_vec(),
        values: values.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(value("units"), text(&[], &["°C"]));
    assert_eq!(value("fixed"), text(&[], &["fixed text"]));
    assert_eq!(value("names"), text(&[3], &["x", "yy", ""]));
    assert_eq!(value("nothing"), AttributeValue::Empty);
    assert_eq!(value("pair"), AttributeValue::Unsupported { found: "compound of a, b".to_owned() });
    let numbers = |wanted: &str| match value(wanted) {
        AttributeValue::Numbers { dtype, shape, bytes } => (dtype, shape, texts(dtype, &bytes)),
        other => panic!("{wanted} is {other:?}"),
    };
    let strings = |values: &[&str]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(numbers("scale"), (DType::Float64, vec![], strings(&["0.5"])));
    assert_eq!(numbers("count"), (DType::Int64, vec![], strings(&["9007199254740993"])));
    assert_eq!(numbers("big"), (DType::Int16, vec![3], strings(&["1", "2", "3"])));
    assert_eq!(numbers("flag"), (DType::Bool, vec![], strings(&["true"])));
    assert_eq!(
        tree().attributes("measurements").unwrap(),
        [("station".to_owned(), text(&[], &["Lindenberg"]))]
    );
}

#[test]
fn says_where_a_path_ends() {
    let file = tree();
    let said = |name: &str, subject: Subject, end: &str| {
        let error = file.get(name).unwrap_err();
        assert_eq!(error.subject(), subject, "{error}");
        assert!(error.to_string().ends_with(end), "{error} should end with {end}");
    };
    said("measurements/temprature", Subject::Name, "tree.hdf5; did you mean \"temperature\"?");
    said("/empty/x", Subject::Name, "tree.hdf5, which is empty");
    said("dangling", Subject::Name, "tree.hdf5 leads to \"/nowhere\", which does not exist");
    said("alias/x", Subject::Name, "tree.hdf5 is a dataset, expected a group");
    said("kind", Subject::Name, "tree.hdf5 is a data type, expected a dataset or group");
    assert_eq!(file.get("lost").unwrap_err().subject(), Subject::File);
    let error = open_dataset(&oracle("tree.hdf5"), "measurements").unwrap_err();
    assert!(error.to_string().ends_with("is a group, expected a dataset"), "{error}");
}

#[test]
fn says_what_is_wrong_with_a_path() {
    let folder = tempfile::tempdir().unwrap();
    let said = |path: &Path, subject: Subject, end: &str| {
        let error = File::open(path).unwrap_err();
        assert_eq!(error.subject(), subject, "{error}");
        assert!(error.to_string().ends_with(end), "{error} should end with {end}");
    };
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    said(&folder.path().join("none.h5"), Subject::Path, "none.h5");
    said(folder.path(), Subject::Path, "is a directory, expected an HDF5 file");
    said(Path::new("/dev/null"), Subject::Path, "is no regular file, expected an HDF5 file");
    said(&write("empty.h5", b""), Subject::File, "is not an HDF5 file: it is empty");
    said(&write("text.h5", &[b'x'; 5000]), Subject::File, "is not an HDF5 file: it has no HDF5 signature");
    let whole = fs::read(oracle("tree.hdf5")).unwrap();
    let error = File::open(&write("half.h5", &whole[..whole.len() / 2])).unwrap_err();
    assert!(matches!(error, StorageError::FileTruncated { .. }), "{error}");
    let error = File::open(&write("head.h5", &whole[..16])).unwrap_err();
    assert_eq!(error.subject(), Subject::File, "{error}");
}

#[test]
fn names_the_chunk_that_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let damaged = |name: &str, kind: &str| {
        let path = folder.path().join(name);
        let file = create(&path);
        let builder = file.new_dataset::<f64>().shape((4, 6)).chunk((4, 3));
        let builder = match kind {
            "gzip" => builder.deflate(6),
            _ => builder.fletcher32(),
        };
        let dataset = builder.create("x").unwrap();
        dataset.write_raw(&(0..24).map(f64::from).collect::<Vec<_>>()).unwrap();
        drop(dataset);
        file.close().unwrap();
        flip(&path, first_chunk(&path) + 20);
        read_error(&*open_dataset(&path, "x").unwrap())
    };
    let StorageError::Chunk { file, dataset, chunk, problem } = damaged("gzip.h5", "gzip") else { panic!() };
    assert_eq!(
        (file, dataset.as_str(), chunk, problem),
        (folder.path().join("gzip.h5"), "/x", vec![0, 0], ChunkProblem::Compressed { filter: "gzip" })
    );
    let error = damaged("fletcher.h5", "fletcher32");
    let StorageError::Chunk { problem: ChunkProblem::Checksum { .. }, .. } = error else { panic!("{error}") };
}

#[test]
fn notices_that_a_file_was_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    let write = |first: f64, columns: u64| {
        let new = ExampleDataset { name: "/x".to_owned(), shape: [2, columns], chunks: [2, 2], level: 1 };
        let fresh = folder.path().join("fresh.h5");
        write_example(&fresh, &new, |_, elements| elements.fill(first)).unwrap();
        // In place, as other programs write: the file stays the same to the system.
        fs::write(&path, fs::read(&fresh).unwrap()).unwrap();
    };
    write(1.0, 3);
    let (file, old) = (File::open(&path).unwrap(), open_dataset(&path, "/x").unwrap());
    let again = open_dataset(&path, "x").unwrap();
    assert!(std::sync::Arc::ptr_eq(&old, &again), "an open dataset is found again");
    assert_eq!(read(&*old, &all(&*old)).unwrap(), ["1.0"; 6]);
    write(2.0, 40);
    assert!(matches!(read_error(&*old), StorageError::FileChanged { .. }));
    assert!(matches!(file.get("x"), Err(StorageError::FileChanged { .. })));
    let new = open_dataset(&path, "/x").unwrap();
    assert_eq!(read(&*new, &all(&*new)).unwrap(), ["2.0"; 80]);
}

#[test]
fn notices_that_a_file_was_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    fs::copy(oracle("filters.hdf5"), &path).unwrap();
    let dataset = open_dataset(&path, "/f8-gzip-4x3").unwrap();
    let mut feed = dataset.feed(&all(&*dataset)).unwrap();
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(1000).unwrap();
    let error = feed.tile(0, 48).unwrap_err();
    assert!(error.to_string().contains("has changed since it was opened"), "{error}");
}

#[test]
fn reads_edges_that_were_stored_without_filters() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    let file = create(&path);
    let dataset = file
        .new_dataset::<i32>()
        .shape((5, 7))
        .chunk((2, 3))
        .shuffle()
        .deflate(6)
        .with_dcpl(|list| list.chunk_opts(ChunkOpts::DONT_FILTER_PARTIAL_CHUNKS))
        .create("x")
        .unwrap();
    let values: Vec<i32> = (0..35).collect();
    dataset.write_raw(&values).unwrap();
    drop(dataset);
    file.close().unwrap();
    let dataset = open_dataset(&path, "x").unwrap();
    let expected: Vec<String> = values.iter().map(ToString::to_string).collect();
    assert_eq!(read(&*dataset, &all(&*dataset)).unwrap(), expected);
}

#[test]
fn reads_bytes_of_other_files_and_headers() {
    let folder = tempfile::tempdir().unwrap();
    let (path, bytes) = (folder.path().join("x.h5"), folder.path().join("x.bin"));
    let values: Vec<i16> = (0..12).collect();
    fs::write(&bytes, bytemuck::cast_slice(&values)).unwrap();
    let file = create(&path);
    let plist = DatasetCreate::try_new().unwrap();
    let name = CString::new(bytes.to_str().unwrap()).unwrap();
    // SAFETY: the id names a list of properties of datasets, and the name ends with 0.
    assert!(unsafe { set_external(plist.id(), name.as_ptr(), 0, 24) } >= 0);
    file.new_dataset::<i16>().shape((3, 4)).set_dcpl(&plist).create("x").unwrap();
    file.close().unwrap();
    let dataset = open_dataset(&path, "x").unwrap();
    assert_eq!(*dataset.layout(), Layout::External);
    let backwards = [Span { start: 2, step: -1, count: 3 }, Span { start: 0, step: 2, count: 2 }];
    assert_eq!(read(&*dataset, &backwards).unwrap(), ["8", "10", "4", "6", "0", "2"]);
    fs::remove_file(&bytes).unwrap();
    assert!(matches!(read_error(&*dataset), StorageError::Dataset { .. }));
}

#[test]
fn writes_what_it_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made.h5");
    let new = ExampleDataset { name: "/group/x".to_owned(), shape: [250, 130], chunks: [100, 60], level: 4 };
    let value = |row: u64, column: u64| (row * 1000 + column) as f64;
    write_example(&path, &new, |chunk, elements| {
        for (number, element) in (0..).zip(elements) {
            *element = value(chunk[0] * 100 + number / 60, chunk[1] * 60 + number % 60);
        }
    })
    .unwrap();
    let dataset = open_dataset(&path, "/group/x").unwrap();
    assert_eq!((dataset.shape(), dataset.chunks()), (&[250, 130][..], Some(&[100, 60][..])));
    assert!(dataset.is_decoded());
    let expected: Vec<String> =
        (0..250).flat_map(|row| (0..130).map(move |column| format!("{:?}", value(row, column)))).collect();
    assert_eq!(read(&*dataset, &all(&*dataset)).unwrap(), expected);
    let names: Vec<PathBuf> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(names, [path], "no temporary file is left");
    let nowhere = write_example(&folder.path().join("no/where.h5"), &new, |_, _| ());
    assert!(nowhere.is_err());
}
