//! The types of plans of data frames, as they travel.

use bramble_frame::{
    Case, Closed, Column, ColumnData, ColumnType, CsvOptions, Deal, Engine, Expression, Format, Function,
    GroupBy, How, Join, Keep, Label, Operation, Order, Plan, Range, Ranges, Scan, ScanFormat, Step,
    StoredObject, Target, TimeUnit, Unpivot, Value, Values, Windows,
};
use ts_rs::Config;

use crate::layers::declare;

/// The module of expressions, and of what they are about.
pub(crate) fn expressions() -> String {
    let config = Config::new();
    let declarations = [
        declare::<Column>(&config),
        declare::<ColumnType>(&config),
        declare::<TimeUnit>(&config),
        declare::<Expression>(&config),
        declare::<Function>(&config),
        declare::<Case>(&config),
        declare::<Value>(&config),
        declare::<Closed>(&config),
    ];
    module(&declarations)
}

/// The module of everything else in a plan, which passes on that of expressions.
pub(crate) fn source() -> String {
    let config = Config::new();
    let uses = "import type { Closed, Column, ColumnType, Expression, Value } from \"./expressions.js\";\n\nexport type * from \"./expressions.js\";\n";
    let declarations = [
        uses.to_owned(),
        declare::<Operation>(&config),
        declare::<GroupBy>(&config),
        declare::<Windows>(&config),
        declare::<Label>(&config),
        declare::<Order>(&config),
        declare::<Keep>(&config),
        declare::<Join>(&config),
        declare::<How>(&config),
        declare::<Unpivot>(&config),
        declare::<Scan>(&config),
        declare::<ScanFormat>(&config),
        declare::<CsvOptions>(&config),
        declare::<StoredObject>(&config),
        declare::<Range>(&config),
        declare::<Plan>(&config),
        declare::<Deal>(&config),
        declare::<Ranges>(&config),
        declare::<Engine>(&config),
        declare::<Step>(&config),
        declare::<ColumnData>(&config),
        declare::<Values>(&config),
        declare::<Target>(&config),
        declare::<Format>(&config),
    ];
    module(&declarations)
}

fn module(declarations: &[String]) -> String {
    format!(
        "// Generated from crates/frame by `npm run generate`: do not edit.\n\n{}",
        declarations.join("\n")
    )
}
