//! Numbers as `src/values` writes them. Many calls take and give nothing else, and JavaScript that has slept or waited
//! runs slowly at first: it gets and hands in plain numbers, and the rest happens here.

/// The highest integer up to which all are told apart.
const LARGEST_SAFE: f64 = 9_007_199_254_740_991.0;

/// Four empty tables, which stand behind every value.
const NO_TABLES: [u8; 4] = [0x90; 4];

/// Bytes behind the number: the tables, and four that say where they begin.
const END: usize = NO_TABLES.len() + 4;

/// The value that a number is, with its tables.
#[expect(
    clippy::cast_possible_truncation,
    reason = "integers are safe ones, and each is written at a width that fits"
)]
#[expect(clippy::cast_sign_loss, reason = "the sign was looked at")]
pub(super) fn encode(number: f64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(9 + END);
    let is_integer = number.trunc() == number && number.abs() <= LARGEST_SAFE;
    if !is_integer || (number == 0.0 && number.is_sign_negative()) {
        bytes.push(0xcb);
        bytes.extend(number.to_be_bytes());
    } else if number >= 0.0 {
        match number as u64 {
            small @ 0..0x80 => bytes.push(small as u8),
            one @ 0x80..0x100 => bytes.extend([0xcc, one as u8]),
            two @ 0x100..0x1_0000 => {
                bytes.push(0xcd);
                bytes.extend((two as u16).to_be_bytes());
            }
            four @ 0x1_0000..0x1_0000_0000 => {
                bytes.push(0xce);
                bytes.extend((four as u32).to_be_bytes());
            }
            eight => {
                bytes.push(0xcf);
                bytes.extend(eight.to_be_bytes());
            }
        }
    } else {
        match number as i64 {
            small @ -32..0 => bytes.push(small as u8),
            four @ -0x8000_0000..0 => {
                bytes.push(0xd2);
                bytes.extend((four as i32).to_be_bytes());
            }
            eight => {
                bytes.push(0xd3);
                bytes.extend(eight.to_be_bytes());
            }
        }
    }
    let tables = bytes.len() as u32;
    bytes.extend(NO_TABLES);
    bytes.extend(tables.to_be_bytes());
    bytes
}

/// The number that a value is, if it is one.
#[expect(clippy::cast_precision_loss, reason = "what is written as an integer is a safe one")]
pub(super) fn decode(bytes: &[u8]) -> Option<f64> {
    let (value, end) = bytes.split_at_checked(bytes.len().checked_sub(END)?)?;
    if end[..NO_TABLES.len()] != NO_TABLES {
        return None;
    }
    let (&first, rest) = value.split_first()?;
    Some(match first {
        0..=0x7f if rest.is_empty() => first.into(),
        0xe0..=0xff if rest.is_empty() => first.cast_signed().into(),
        0xcb => f64::from_be_bytes(rest.try_into().ok()?),
        0xcc => u8::from_be_bytes(rest.try_into().ok()?).into(),
        0xcd => u16::from_be_bytes(rest.try_into().ok()?).into(),
        0xce => u32::from_be_bytes(rest.try_into().ok()?).into(),
        0xcf => u64::from_be_bytes(rest.try_into().ok()?) as f64,
        0xd2 => i32::from_be_bytes(rest.try_into().ok()?).into(),
        0xd3 => i64::from_be_bytes(rest.try_into().ok()?) as f64,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_back() {
        let edges = [0, 7, 8, 15, 16, 31, 32, 52, 53].map(|bits| 2_f64.powi(bits));
        let near = edges.iter().flat_map(|edge| [edge - 1.0, *edge, edge + 1.0, edge + 0.5]);
        let odd = [-0.0, 33.0, f64::MIN_POSITIVE, f64::MAX, f64::INFINITY, f64::NAN];
        for number in near.chain(odd).flat_map(|number| [number, -number]) {
            let bytes = encode(number);
            assert_eq!(decode(&bytes).map(f64::to_bits), Some(number.to_bits()), "{number}: {bytes:x?}");
        }
    }

    #[test]
    fn other_values_are_none() {
        let text = [0xa1, b'a', 0x90, 0x90, 0x90, 0x90, 0, 0, 0, 2];
        let with_table = [1, 0x90, 0x91, 0x90, 0x90, 0, 0, 0, 1];
        let two = [1, 2, 0x90, 0x90, 0x90, 0x90, 0, 0, 0, 2];
        for bytes in [&[][..], &[1], &[0x90; 8], &text, &with_table, &two] {
            assert_eq!(decode(bytes), None, "{bytes:x?}");
        }
    }
}
