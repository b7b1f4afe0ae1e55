//! The numbers that elementary functions are made of.

use bramble_array::COEFFICIENTS;

/// The module that has them.
pub(crate) fn source() -> String {
    let tables: Vec<String> = COEFFICIENTS.iter().map(|(name, values)| table(name, values)).collect();
    format!(
        "// Generated from crates/array/src/math/coefficients.rs by `npm run generate`: do not edit.\n\n{}",
        tables.join("\n")
    )
}

/// A constant array. The shortest text that gives back a double is the same in both languages.
fn table(name: &str, values: &[f64]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
    format!("export const {name} = [{}] as const;\n", values.join(", "))
}
