//! One number outside of any array: a constant of a program, a fill value, the start of a range.

use serde::{Deserialize, Serialize};

/// A number as it was written, before it takes a [`crate::DType`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Scalar {
    /// True or false.
    Bool(bool),
    /// An integer that fits 64 signed bits.
    Int(#[cfg_attr(feature = "typescript", ts(type = "number | bigint"))] i64),
    /// An integer of 64 unsigned bits.
    UInt(#[cfg_attr(feature = "typescript", ts(type = "number | bigint"))] u64),
    /// A float, on the wire as its shortest decimal text: MessagePack encoders of JavaScript write `-0` as
    /// the integer 0, and JSON has no NaN.
    Float(
        #[serde(with = "float_text")]
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        f64,
    ),
}

/// Bit for bit: `0.0` and `-0.0` are different constants, and `NaN` is itself.
impl PartialEq for Scalar {
    fn eq(&self, other: &Scalar) -> bool {
        match (*self, *other) {
            (Scalar::Bool(a), Scalar::Bool(b)) => a == b,
            (Scalar::Int(a), Scalar::Int(b)) => a == b,
            (Scalar::UInt(a), Scalar::UInt(b)) => a == b,
            (Scalar::Float(a), Scalar::Float(b)) => a.to_bits() == b.to_bits(),
            _ => false,
        }
    }
}

impl Eq for Scalar {}

mod float_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    pub(super) fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        // As JavaScript reads it, too.
        let text = if value.is_infinite() {
            if *value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
        } else {
            format!("{value:?}")
        };
        serializer.serialize_str(&text)
    }

    /// Reads what Rust and what JavaScript write: `NaN`, `inf`, `Infinity`, `-0`, `1e-7`.
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom(format!("expected a float, got {text:?}")))
    }
}
