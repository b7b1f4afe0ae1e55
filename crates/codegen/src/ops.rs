//! The names of operations and reductions.

use bramble_array::{OPS, REDUCTIONS};

/// The module that lists them.
pub(crate) fn source() -> String {
    let reductions = REDUCTIONS.iter().map(|reduction| reduction.name).collect();
    [
        "// Generated from crates/array by `npm run generate`: do not edit.\n".to_owned(),
        list("Operations of one argument.", "UNARY_OPS", "UnaryOp", of_arity(1)),
        list("Operations of two arguments.", "BINARY_OPS", "BinaryOp", of_arity(2)),
        list("Operations of three arguments.", "TERNARY_OPS", "TernaryOp", of_arity(3)),
        list("Operations of four arguments.", "QUATERNARY_OPS", "QuaternaryOp", of_arity(4)),
        "/** One of all. */\nexport type Op = UnaryOp | BinaryOp | TernaryOp | QuaternaryOp;\n".to_owned(),
        list("Reductions.", "REDUCTIONS", "Reduction", reductions),
    ]
    .join("\n")
}

fn of_arity(arity: usize) -> Vec<&'static str> {
    OPS.iter().filter(|op| op.arity == arity).map(|op| op.name).collect()
}

/// A constant array of names, and the union of its entries.
fn list(docs: &str, constant: &str, union: &str, mut names: Vec<&str>) -> String {
    names.sort_unstable();
    let entries: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    format!(
        "/** {docs} */\nexport const {constant} = [{}] as const;\n\n/** One of them. */\nexport type {union} = (typeof {constant})[number];\n",
        entries.join(", ")
    )
}
