//! Plans against files: what is read, computed and written.

#![cfg(feature = "polars")]

mod common;

use std::fs;
use std::path::Path;

use bramble_frame::{
    Bytes, Column, ColumnData, ColumnType, Engine, Expression, Format, FrameError, Function, GroupBy,
    Operation, Plan, Rows, Scan, ScanFormat, Step, Target, Value, Values, collect, make, scan_schema, schema,
    write,
};

use common::{plain_csv, scan_of};

fn column(name: &str) -> Expression {
    Expression::Column(name.into())
}

fn call(function: Function, args: Vec<Expression>) -> Expression {
    Expression::Call { function, args }
}

/// Steps of which each takes the rows of the one before.
fn chain(operations: Vec<Operation>) -> Plan {
    let steps = operations.into_iter().enumerate().map(|(number, operation)| {
        let inputs = number.checked_sub(1).map(|before| u32::try_from(before).expect("few steps"));
        Step { inputs: inputs.into_iter().collect(), operation }
    });
    Plan { steps: steps.collect(), engine: Engine::Memory }
}

fn csv(path: &Path) -> Scan {
    Scan { sample: Some(100), ..scan_of(&[path], ScanFormat::Csv(plain_csv())) }
}

fn sums_by_name(scan: Scan) -> Plan {
    let sum = call(Function::Sum, vec![column("x")]);
    chain(vec![
        Operation::Scan(scan),
        Operation::GroupBy(GroupBy {
            keys: vec![column("name")],
            aggregations: vec![sum],
            ordered: true,
            windows: None,
        }),
    ])
}

fn text_of(plan: &Plan, folder: &Path) -> String {
    let path = folder.join("answer.csv");
    let format = Format::Csv { separator: ",".into(), header: true, null: "null".into() };
    write(plan, &[], &Target { path: path.to_str().expect("UTF-8").into(), format })
        .expect("it can be written");
    fs::read_to_string(path).expect("it was written")
}

#[test]
fn groups_a_file_and_writes_the_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data.csv");
    fs::write(&path, "name,x\nb,1\na,2\nb,\na,40\n").expect("it can be written");
    let sheet = scan_schema(&csv(&path)).expect("it can be read");
    assert_eq!(sheet.columns.len(), 2);
    assert_eq!(sheet.bytes, 23);
    let plan = sums_by_name(Scan { columns: Some(sheet.columns), ..csv(&path) });
    assert_eq!(text_of(&plan, folder.path()), "name,x\nb,1\na,42\n");
    let streaming = Plan { engine: Engine::Streaming, ..plan };
    assert!(!collect(&streaming, &[]).expect("it can be computed").is_empty());
}

#[test]
fn knows_columns_without_rows() {
    let columns = vec![
        Column { name: "name".into(), column_type: ColumnType::Str },
        Column { name: "x".into(), column_type: ColumnType::I32 },
    ];
    let mean = call(Function::Mean, vec![column("x")]);
    let plan = chain(vec![Operation::Empty(columns), Operation::Select(vec![column("name"), mean])]);
    let known = schema(&plan, &[]).expect("it is right");
    assert_eq!(known[1], Column { name: "x".into(), column_type: ColumnType::F64 });
    let wrong = chain(vec![Operation::Empty(known), Operation::Select(vec![column("y")])]);
    assert!(matches!(schema(&wrong, &[]), Err(FrameError::ColumnMissing(_))));
}

#[test]
fn leaves_no_part_of_a_file_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data.csv");
    fs::write(&path, "name,x\nb,1\na,two\n").expect("it can be written");
    let columns = vec![
        Column { name: "name".into(), column_type: ColumnType::Str },
        Column { name: "x".into(), column_type: ColumnType::I64 },
    ];
    let plan = sums_by_name(Scan { columns: Some(columns), ..csv(&path) });
    let target = folder.path().join("answer.parquet");
    let format = Format::Parquet { compression: "zstd".into(), rows: None };
    let target = Target { path: target.to_str().expect("UTF-8").into(), format };
    let error = write(&plan, &[], &target).expect_err("two is no number");
    assert!(matches!(error, FrameError::Data(_)), "{error:?}");
    let names: Vec<_> = fs::read_dir(folder.path()).expect("it is there").collect();
    assert_eq!(names.len(), 1);
}

#[test]
fn makes_columns_of_values() {
    let numbers = Values::Numbers { of: ColumnType::I16, bytes: Bytes(vec![1, 0, 255, 255]) };
    let columns = [
        ColumnData { name: "a".into(), column_type: None, values: numbers },
        ColumnData {
            name: "b".into(),
            column_type: Some(ColumnType::F32),
            values: Values::Each(vec![Value::Null, Value::Float("0.5".into())]),
        },
    ];
    let stream = Rows::Memory(std::sync::Arc::new(make(&columns).expect("they have types")));
    let known = schema(&chain(vec![Operation::Memory(0)]), &[stream]).expect("it is a stream");
    let types: Vec<_> = known.into_iter().map(|column| column.column_type).collect();
    assert_eq!(types, [ColumnType::I16, ColumnType::F32]);
    let uneven = [
        ColumnData { name: "a".into(), column_type: None, values: Values::Each(vec![Value::Null]) },
        ColumnData { name: "b".into(), column_type: None, values: Values::Each(vec![]) },
    ];
    assert!(matches!(make(&uneven), Err(FrameError::Schema(_))));
}

#[test]
fn refuses_plans_that_are_none() {
    let nothing = Plan { steps: vec![], engine: Engine::Memory };
    assert!(matches!(collect(&nothing, &[]), Err(FrameError::Plan(_))));
    let ahead = Plan { steps: vec![Step { inputs: vec![0], operation: Operation::Reverse }], ..nothing };
    assert!(matches!(collect(&ahead, &[]), Err(FrameError::Plan(_))));
    let no_buffer = chain(vec![Operation::Memory(3)]);
    assert!(matches!(collect(&no_buffer, &[]), Err(FrameError::Plan(_))));
    let no_text = call(Function::DtFormat, vec![column("x")]);
    assert!(matches!(
        schema(&chain(vec![Operation::Empty(vec![]), Operation::Select(vec![no_text])]), &[]),
        Err(FrameError::Argument(_))
    ));
}
