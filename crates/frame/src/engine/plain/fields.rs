//! Where values end, in text without quotes.

/// What there is in the lines of a block.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// A quote somewhere.
    Quotes,
    /// A line that has not as many values as there are columns.
    OtherWidth,
    /// The end of each value, line by line.
    Lines(&'a [u32]),
}

/// How many bytes are looked at together.
const WIDTH: usize = 64;

/// Finds the ends of all values. The last line may lack its end.
pub(super) fn find<'a>(
    lines: &[u8],
    separator: u8,
    quote: Option<u8>,
    width: usize,
    ends: &'a mut Vec<u32>,
) -> Found<'a> {
    // Of this many only as many are touched as there are values.
    if ends.len() < lines.len() + WIDTH {
        *ends = vec![0; lines.len() + WIDTH];
    }
    let (mut count, mut n_lines, mut has_quote) = (0, 0, false);
    let mut look = |block: &[u8; WIDTH], base: usize| {
        let mut is_end = [0; WIDTH];
        let (mut lines, mut quotes) = (0_u8, 0_u8);
        for (is_end, &byte) in is_end.iter_mut().zip(block) {
            *is_end = u8::from(byte == separator) | u8::from(byte == b'\n');
            lines += u8::from(byte == b'\n');
            quotes |= u8::from(Some(byte) == quote);
        }
        n_lines += usize::from(lines);
        has_quote |= quotes != 0;
        let mut mask = bits(&is_end);
        while mask != 0 {
            ends[count] = u32::try_from(base).unwrap_or(u32::MAX) + mask.trailing_zeros();
            count += 1;
            mask &= mask - 1;
        }
    };
    let (blocks, rest) = lines.as_chunks::<WIDTH>();
    for (number, block) in blocks.iter().enumerate() {
        look(block, number * WIDTH);
    }
    // Filled up with what ends nothing.
    let mut last = [u8::from(separator == 0); WIDTH];
    last[..rest.len()].copy_from_slice(rest);
    look(&last, blocks.len() * WIDTH);
    if has_quote {
        return Found::Quotes;
    }
    if lines.last().is_some_and(|&byte| byte != b'\n') {
        ends[count] = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        count += 1;
        n_lines += 1;
    }
    let ends = &ends[..count];
    let is_line = |&end: &u32| lines.get(end as usize).is_none_or(|&byte| byte == b'\n');
    let is_even = n_lines * width == count && ends.iter().skip(width - 1).step_by(width).all(is_line);
    if is_even { Found::Lines(ends) } else { Found::OtherWidth }
}

/// A bit for each of some bytes that are 0 or 1.
fn bits(bytes: &[u8; WIDTH]) -> u64 {
    let (words, _) = bytes.as_chunks::<8>();
    // The product brings the lowest bit of byte n to place 56 + n, where nothing else meets it.
    let byte = |word: &[u8; 8]| u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    words.iter().rev().fold(0, |mask, word| mask << 8 | byte(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_of_other_lengths_and_quotes_are_seen() {
        let find = |text: &str| match super::find(text.as_bytes(), b',', Some(b'"'), 2, &mut Vec::new()) {
            Found::Lines(ends) => format!("{ends:?}"),
            other => format!("{other:?}"),
        };
        assert_eq!(find("a,b\nc,d\n"), "[1, 3, 5, 7]");
        assert_eq!(find("a,b\nc,d"), "[1, 3, 5, 7]");
        assert_eq!(find(""), "[]");
        assert_eq!(find("a,b\n\n"), "OtherWidth");
        assert_eq!(find("a\nb,c,d\n"), "OtherWidth");
        assert_eq!(find("a,\"b\"\n"), "Quotes");
    }

    proptest! {
        #[test]
        fn ends_are_those_of_a_plain_loop(text in "[a,;\n]{0,300}", width in 2..4_usize) {
            let mut text = text;
            text.push('\n');
            let mut ends = Vec::new();
            let wanted: Vec<usize> =
                text.bytes().enumerate().filter(|(_, byte)| b",\n".contains(byte)).map(|(end, _)| end).collect();
            let is_even = text.lines().all(|line| line.split(',').count() == width);
            match find(text.as_bytes(), b',', Some(b'"'), width, &mut ends) {
                Found::Lines(ends) => {
                    prop_assert!(is_even);
                    prop_assert_eq!(ends.iter().map(|&end| end as usize).collect::<Vec<_>>(), wanted);
                }
                Found::OtherWidth => prop_assert!(!is_even),
                Found::Quotes => prop_assert!(false, "there is none"),
            }
        }
    }
}
