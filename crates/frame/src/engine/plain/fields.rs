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
/// How many ends are written down at once.
const AT_ONCE: usize = 8;
/// Room for so many ends is made at first, and twice as many when there are more.
const LEAST: usize = 1 << 12;

/// Finds the ends of all values. The last line may lack its end.
pub(super) fn find<'a>(
    lines: &[u8],
    separator: u8,
    quote: Option<u8>,
    width: usize,
    ends: &'a mut Vec<u32>,
) -> Found<'a> {
    let (mut count, mut n_lines, mut has_quote) = (0, 0, false);
    let mut look = |block: &[u8; WIDTH], base: usize| {
        let Seen { ends: mut mask, lines, has_quote: quote } = see(block, separator, quote);
        n_lines += lines as usize;
        has_quote |= quote;
        if ends.len() < count + WIDTH + 1 {
            ends.resize((2 * ends.len()).max(LEAST), 0);
        }
        let base = u32::try_from(base).unwrap_or(u32::MAX);
        let all = count + mask.count_ones() as usize;
        let mut next = |end: &mut u32| {
            *end = base.wrapping_add(mask.trailing_zeros());
            mask &= mask.wrapping_sub(1);
        };
        // As many as there are mostly, without a look at whether there are: what is no end is overwritten by the next.
        let some = (count + AT_ONCE).max(all);
        ends[count..count + AT_ONCE].iter_mut().for_each(&mut next);
        ends[count + AT_ONCE..some].iter_mut().for_each(next);
        count = all;
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

/// What there is in some bytes.
struct Seen {
    /// A bit for each that ends a value.
    ends: u64,
    /// How many end a line.
    lines: u32,
    has_quote: bool,
}

#[cfg(target_arch = "x86_64")]
fn see(block: &[u8; WIDTH], separator: u8, quote: Option<u8>) -> Seen {
    // SAFETY: every CPU of this architecture has SSE2.
    unsafe { see_with_sse2(block, separator, quote) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
fn see_with_sse2(block: &[u8; WIDTH], separator: u8, quote: Option<u8>) -> Seen {
    use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_movemask_epi8, _mm_set_epi64x, _mm_set1_epi8};
    let (words, _) = block.as_chunks::<8>();
    let equal = |byte: u8| {
        let byte = _mm_set1_epi8(byte.cast_signed());
        words.as_chunks::<2>().0.iter().rev().fold(0, |mask: u64, [low, high]| {
            let some = _mm_set_epi64x(i64::from_le_bytes(*high), i64::from_le_bytes(*low));
            let bits = _mm_movemask_epi8(_mm_cmpeq_epi8(some, byte));
            mask << 16 | u64::from(bits.cast_unsigned())
        })
    };
    let lines = equal(b'\n');
    let has_quote = quote.is_some_and(|quote| equal(quote) != 0);
    Seen { ends: lines | equal(separator), lines: lines.count_ones(), has_quote }
}

#[cfg(not(target_arch = "x86_64"))]
fn see(block: &[u8; WIDTH], separator: u8, quote: Option<u8>) -> Seen {
    let mut is_end = [0; WIDTH];
    let (mut lines, mut quotes) = (0_u8, 0_u8);
    for (is_end, &byte) in is_end.iter_mut().zip(block) {
        *is_end = u8::from(byte == separator) | u8::from(byte == b'\n');
        lines += u8::from(byte == b'\n');
        quotes |= u8::from(Some(byte) == quote);
    }
    Seen { ends: bits(&is_end), lines: lines.into(), has_quote: quotes != 0 }
}

/// A bit for each of some bytes that are 0 or 1.
#[cfg(not(target_arch = "x86_64"))]
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
