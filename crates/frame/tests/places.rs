//! What is wrong with files of text says in which file, and where in it.

#![cfg(feature = "polars")]

mod common;

use std::fs;
use std::path::Path;

use bramble_frame::{
    Column, ColumnType, Engine, Operation, Plan, Range, Scan, ScanFormat, Step, collect, scan_schema,
};

use common::{plain_csv, scan_of};

/// A scan of CSV files of these bytes.
fn scan(folder: &Path, files: &[(&str, &[u8])]) -> Scan {
    let paths = files.iter().map(|(name, bytes)| {
        let path = folder.join(name);
        fs::write(&path, bytes).expect("it can be written");
        path
    });
    let column = |name: &str, column_type| Column { name: name.into(), column_type };
    let columns =
        vec![column("a", ColumnType::I64), column("b", ColumnType::F64), column("c", ColumnType::Str)];
    Scan { columns: Some(columns), ..scan_of(&paths.collect::<Vec<_>>(), ScanFormat::Csv(plain_csv())) }
}

/// What the engines say, without the folder.
fn said(folder: &Path, scan: &Scan) -> [String; 2] {
    [Engine::Memory, Engine::Streaming].map(|engine| {
        let step = Step { inputs: vec![], operation: Operation::Scan(scan.clone()) };
        let error = collect(&Plan { steps: vec![step], engine }, &[]).expect_err("it can't be read");
        error.to_string().replace(&format!("{}/", folder.display()), "")
    })
}

fn assert_said(folder: &Path, scan: &Scan, wanted: &str) {
    for said in said(folder, scan) {
        assert!(said.starts_with(wanted), "{said:?} is not {wanted:?}");
    }
}

#[test]
fn a_value_of_another_type_has_a_row_and_a_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    // Long enough for the reader of large plain files.
    let begin = "a,b,c\n".to_owned() + &"1,2.5,abc\n".repeat(2_000_000);
    let long = begin.clone() + "1.5,2,x\n" + &"1,2.5,abc\n".repeat(10);
    let wanted = format!(
        "long.csv: line 2000002 (row 2000001): could not parse `1.5` as dtype `i64` in column \"a\", at byte {}.",
        begin.len()
    );
    assert_said(folder.path(), &scan(folder.path(), &[("long.csv", long.as_bytes())]), &wanted);
    let good = b"a,b,c\n1,2,\"x\ny\"\n";
    let bad = b"a,b,c\n1,2,\"x\n\"\"y\"\n\"3\",z,\n";
    let both = scan(folder.path(), &[("good.csv", good), ("bad.csv", bad)]);
    let wanted = "bad.csv: line 4 (row 2): could not parse `z` as dtype `f64` in column \"b\", at byte 22.";
    assert_said(folder.path(), &both, wanted);
}

#[test]
fn a_part_of_a_file_has_the_rows_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "a,b,c\nx,1,\n1,2,\nx,3,\n";
    let part = Range { from: 11, to: text.len() as u64 };
    let scan = Scan { range: Some(part), ..scan(folder.path(), &[("part.csv", text.as_bytes())]) };
    assert_said(folder.path(), &scan, "part.csv: line 4 (row 3): could not parse `x` as dtype `i64`");
}

#[test]
fn compressed_files_have_rows_too() {
    let folder = tempfile::tempdir().expect("a folder");
    // "a,b,c\n1,2,x\n1.5,2,x\n", stored.
    let text = b"a,b,c\n1,2,x\n1.5,2,x\n";
    let mut zlib = vec![0x78, 0x01, 1, 20, 0, !20, !0];
    zlib.extend_from_slice(text);
    let (low, high) = text.iter().fold((1_u32, 0_u32), |(low, high), &byte| {
        let low = (low + u32::from(byte)) % 65521;
        (low, (high + low) % 65521)
    });
    zlib.extend_from_slice(&(high << 16 | low).to_be_bytes());
    let wanted = "z.csv: line 3 (row 2): could not parse `1.5` as dtype `i64` in column \"a\", at byte 12 of the \
                  decompressed text.";
    assert_said(folder.path(), &scan(folder.path(), &[("z.csv", &zlib)]), wanted);
}

#[test]
fn a_line_with_more_values_says_how_many() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = b"1,2,x\n1,2,\"x,y\"\n1,2,x,y,z\n";
    let mut ragged = scan(folder.path(), &[("ragged.csv", text)]);
    if let ScanFormat::Csv(options) = &mut ragged.format {
        options.header = false;
    }
    let wanted =
        "ragged.csv: line 3 (row 3): 5 values, but there are 3 columns, at byte 16: `truncateRaggedLines`";
    assert_said(folder.path(), &ragged, wanted);
}

#[test]
fn bytes_that_are_no_text_have_a_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let latin = scan(folder.path(), &[("latin.csv", b"a,b,c\n1,2,x\n1,2,caf\xe9\n")]);
    let wanted =
        "latin.csv: line 3 (row 2): invalid utf-8 in column \"c\", at byte 19: the encoding \"utf8-lossy\"";
    assert_said(folder.path(), &latin, wanted);
}

#[test]
fn lines_that_are_no_json_have_numbers() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = "{\"a\":1,\"b\":2.5,\"c\":\"x\"}\n";
    let text = line.repeat(100_000) + "{\"a\":1,\n" + line;
    let scan = Scan {
        format: ScanFormat::Jsonl { lenient: false },
        ..scan(folder.path(), &[("x.jsonl", text.as_bytes())])
    };
    assert_said(folder.path(), &scan, "x.jsonl: line 100001: ");
}

#[test]
fn utf_16_is_refused_before_anything_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes: Vec<u8> = "\u{feff}a,b\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let swapped: Vec<u8> = bytes.chunks(2).flat_map(|pair| [pair[1], pair[0]]).collect();
    for bytes in [bytes, swapped] {
        let scan = Scan { columns: None, ..scan(folder.path(), &[("wide.csv", &bytes)]) };
        let error = scan_schema(&scan).expect_err("it is no UTF-8").to_string();
        assert!(error.contains("wide.csv is UTF-16") && error.contains("\"utf8-lossy\""), "{error}");
    }
}
