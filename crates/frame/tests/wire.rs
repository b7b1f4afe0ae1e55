//! Plans as they travel: what TypeScript writes, every machine reads alike, those of 32 bits too.

use bramble_frame::{
    Bytes, Case, Column, ColumnType, CsvOptions, Deal, Engine, Expression, Function, GroupBy, How, Join,
    Operation, Order, Plan, Range, Ranges, Scan, ScanFormat, Step, TimeUnit, Value,
};

/// What `__test__/dataframe/wire.test.ts` says that TypeScript writes for [`plan`].
const WRITTEN: &str = include_str!("plan.hex");

fn column(name: &str) -> Expression {
    Expression::Column(name.into())
}

fn call(function: Function, args: Vec<Expression>) -> Expression {
    Expression::Call { function, args }
}

/// Numbers beyond 32 bits where there may be some, and each kind of constant.
fn plan() -> Plan {
    let scan = Scan {
        paths: vec!["/data/ä.csv".into()],
        objects: vec![],
        format: ScanFormat::Csv(CsvOptions {
            separator: ";".into(),
            quote: None,
            comment: Some("#".into()),
            header: true,
            skip: 4_000_000_000,
            nulls: vec!["-".into()],
            dates: false,
            truncate: true,
            lenient: false,
            decimal_comma: true,
            lossy: false,
        }),
        columns: Some(vec![
            Column { name: "id".into(), column_type: ColumnType::I64 },
            Column {
                name: "day".into(),
                column_type: ColumnType::Datetime { unit: TimeUnit::Us, zone: None },
            },
        ]),
        types: vec![],
        sample: Some(1000),
        path_column: None,
        range: Some(Range { from: 5_000_000_000, to: 9_007_199_254_740_991 }),
    };
    let constants = [
        Value::Null,
        Value::Bool(true),
        Value::Int(-9_007_199_254_740_993),
        Value::Int(i64::MAX),
        Value::Float("-0".into()),
        Value::Text("é".into()),
        Value::Bytes(Bytes(vec![0, 255])),
        Value::Time(-62_135_596_800_000),
        Value::List(vec![Value::Int(1), Value::Null]),
    ];
    let cases = constants.map(|constant| Case {
        condition: call(Function::Greater, vec![column("id"), Expression::Literal(constant.clone())]),
        value: Expression::Literal(constant),
    });
    let picked = Expression::When { cases: cases.into(), otherwise: None };
    let groups = GroupBy {
        keys: vec![column("day")],
        aggregations: vec![
            Expression::Alias { of: Box::new(call(Function::Sum, vec![column("id")])), name: "sum".into() },
            Expression::Len,
        ],
        ordered: false,
        windows: None,
    };
    let join = Join {
        how: How::Semi,
        left: vec![column("day")],
        right: vec![column("day")],
        suffix: "_right".into(),
        nulls_equal: false,
        coalesce: true,
    };
    let step = |inputs: &[u32], operation| Step { inputs: inputs.into(), operation };
    Plan {
        steps: vec![
            step(&[], Operation::Scan(scan)),
            step(&[0], Operation::WithColumns(vec![picked])),
            step(&[1], Operation::GroupBy(groups)),
            step(&[], Operation::Shard { buffer: 0, from: 65_536, to: u32::MAX }),
            step(&[2, 3], Operation::Join(join)),
            step(&[4], Operation::Slice { offset: -5_000_000_000, length: None }),
            step(&[5], Operation::Reverse),
        ],
        engine: Engine::Streaming,
    }
}

#[test]
fn plans_are_what_typescript_wrote() {
    let digits = WRITTEN.trim().as_bytes();
    let bytes: Vec<u8> = digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("two digits"))
        .collect();
    assert_eq!(rmp_serde::from_slice::<Plan>(&bytes).expect("a plan"), plan());
}

#[test]
fn plans_are_the_same_after_a_journey() {
    let bytes = rmp_serde::to_vec_named(&plan()).expect("plain data");
    assert_eq!(rmp_serde::from_slice::<Plan>(&bytes).expect("a plan"), plan());
}

#[test]
fn what_is_cut_off_is_no_plan() {
    let bytes = rmp_serde::to_vec_named(&plan()).expect("plain data");
    for length in 0..bytes.len() {
        assert!(rmp_serde::from_slice::<Plan>(&bytes[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn how_rows_are_dealt_out_is_the_same_after_a_journey() {
    let ranges = Ranges { descending: vec![true], nulls_last: false, bounds: 7, begins: true };
    for ranges in [None, Some(ranges)] {
        let deal = Deal { from: 3, count: 65_537, by: vec![column("id")], ranges };
        let bytes = rmp_serde::to_vec_named(&deal).expect("plain data");
        assert_eq!(rmp_serde::from_slice::<Deal>(&bytes).expect("a deal"), deal);
    }
}

#[test]
fn orders_and_types_are_the_same_after_a_journey() {
    let order = Order { by: vec![column("a"), column("b")], descending: vec![false, true], nulls_last: true };
    let types = vec![
        ColumnType::List(Box::new(ColumnType::Struct(vec![Column {
            name: "x".into(),
            column_type: ColumnType::Decimal { precision: 38, scale: 9 },
        }]))),
        ColumnType::Datetime { unit: TimeUnit::Ns, zone: Some("Europe/Berlin".into()) },
        ColumnType::Other("unknown".into()),
    ];
    let bytes = rmp_serde::to_vec_named(&(&order, &types)).expect("plain data");
    assert_eq!(rmp_serde::from_slice::<(Order, Vec<ColumnType>)>(&bytes).expect("both"), (order, types));
}
