//! Deals rows out to the pieces of a query, as shards that say where they belong.

use polars::prelude::{
    DataFrame, DataType, Expr, IdxCa, IdxSize, IntoLazy, IpcStreamReader, NamedFrom, SerReader, Series,
};

use super::Frames;
use super::error::{FrameError, Result};
use super::expressions::to_exprs;
use super::operations::buffer;
use super::query::executed;
use super::ranges::ranges_of;
use super::run::{reading, rows, stream};
use crate::{Deal, Plan};

/// Ends every shard, before the numbers that say what it is.
const MAGIC: &[u8; 8] = b"bramble\x01";
/// The magic, where it is from, where it goes, its rows, and a checksum of everything before.
const FOOTER: usize = 8 + 4 + 4 + 8 + 4;

/// Executes a plan and deals its rows out: a shard for each piece, in which rows keep their order. `keep` puts each away
/// before the next is made.
///
/// # Errors
///
/// What is wrong with the plan, with a file, or with what the rows are dealt by, or what `keep` says.
pub fn deal<T>(
    plan: &Plan,
    frames: &Frames,
    deal: &Deal,
    mut keep: impl FnMut(Vec<u8>) -> Result<T>,
) -> Result<Vec<T>> {
    reading(plan, || {
        let frame = rows(executed(plan, frames, plan.engine)?, plan.engine)?;
        let keys = frame.clone().lazy().select(numbered(to_exprs(&deal.by)?)).collect()?;
        let pieces = match &deal.ranges {
            Some(ranges) => ranges_of(&keys, &buffer(ranges.bounds, frames)?, ranges)?,
            None => hashes(&keys)?.into_iter().map(|hash| place(hash, deal.count)).collect(),
        };
        drop(keys);
        let shards = parted(&pieces, deal.count).into_iter().zip(0..).map(|(part, to)| {
            let mut part = part.of(&frame)?;
            let height = part.height() as u64;
            let mut bytes = stream(&mut part)?;
            seal(&mut bytes, deal.from, to, height);
            keep(bytes)
        });
        shards.collect()
    })
}

/// The rows of a shard, if it is the one that was expected, and whole.
pub(super) fn open(shard: &[u8], from: u32, to: u32) -> Result<DataFrame> {
    let lost = |why: &str| FrameError::Data(format!("the shard from piece {from} for piece {to} {why}"));
    let body = shard.len().checked_sub(FOOTER).ok_or_else(|| lost("is not whole"))?;
    let (body, footer) = shard.split_at(body);
    let (magic, footer) = footer.split_at(8);
    let number = |at: usize| u32::from_le_bytes([footer[at], footer[at + 1], footer[at + 2], footer[at + 3]]);
    if magic != MAGIC {
        return Err(lost("is not whole"));
    }
    if (number(0), number(4)) != (from, to) {
        let (other_from, other_to) = (number(0), number(4));
        return Err(lost(&format!("is the one from piece {other_from} for piece {other_to}")));
    }
    if number(16) != crc32c::crc32c(&shard[..shard.len() - 4]) {
        return Err(lost("has another checksum than it had"));
    }
    let frame = IpcStreamReader::new(std::io::Cursor::new(body)).finish()?;
    let wanted = u64::from(number(8)) | (u64::from(number(12)) << 32);
    if frame.height() as u64 != wanted {
        return Err(lost(&format!("has {} rows, but {wanted} were dealt", frame.height())));
    }
    Ok(frame)
}

fn seal(bytes: &mut Vec<u8>, from: u32, to: u32, rows: u64) {
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&from.to_le_bytes());
    bytes.extend_from_slice(&to.to_le_bytes());
    bytes.extend_from_slice(&rows.to_le_bytes());
    let checksum = crc32c::crc32c(bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
}

/// Expressions under the names that bounds have too.
fn numbered(by: Vec<Expr>) -> Vec<Expr> {
    by.into_iter().enumerate().map(|(number, expr)| expr.alias(format!("{number}"))).collect()
}

/// Which rows a piece gets.
enum Part {
    /// Those of these numbers.
    Rows(Vec<IdxSize>),
    /// Neighbours.
    Range { start: usize, length: usize },
}

impl Part {
    fn of(self, frame: &DataFrame) -> Result<DataFrame> {
        match self {
            Part::Rows(rows) => Ok(frame.take(&IdxCa::new("".into(), rows))?),
            Part::Range { start, length } => {
                Ok(frame.slice(i64::try_from(start).unwrap_or(i64::MAX), length))
            }
        }
    }
}

/// The rows that each of `count` pieces gets, by the pieces that they belong to.
fn parted(pieces: &[u32], count: u32) -> Vec<Part> {
    if pieces.is_sorted() {
        let mut start = 0;
        let range = |piece| {
            let length = pieces[start..].partition_point(|&other| other <= piece);
            start += length;
            Part::Range { start: start - length, length }
        };
        return (0..count).map(range).collect();
    }
    let mut rows: Vec<Vec<IdxSize>> = vec![Vec::new(); count as usize];
    for (row, &piece) in (0..).zip(pieces) {
        rows[piece as usize].push(row);
    }
    rows.into_iter().map(Part::Rows).collect()
}

/// Which of `count` pieces a hash belongs to.
fn place(hash: u64, count: u32) -> u32 {
    // The upper half of the product is below `count`, and even where `count` is no power of 2.
    u32::try_from(((hash >> 32) * u64::from(count)) >> 32).expect("it is below a number of 32 bits")
}

/// A hash of each row, the same for equal values of different integer or float types, on every machine.
fn hashes(keys: &DataFrame) -> Result<Vec<u64>> {
    let mut hashes = vec![0; keys.height()];
    for column in keys.columns() {
        mix_column(&mut hashes, column.as_materialized_series())?;
    }
    Ok(hashes)
}

fn mix_column(hashes: &mut [u64], series: &Series) -> Result<()> {
    let physical = series.to_physical_repr();
    match series.dtype() {
        DataType::UInt64 => mix(hashes, series.u64()?.iter()),
        DataType::String => {
            mix(hashes, series.str()?.iter().map(|text| text.map(|text| of_bytes(text.as_bytes()))));
        }
        DataType::Categorical(..) => mix_column(hashes, &series.cast(&DataType::String)?)?,
        dtype if dtype.is_float() => {
            let floats = series.cast(&DataType::Float64)?;
            mix(hashes, floats.f64()?.iter().map(|value| value.map(float_bits)));
        }
        dtype if dtype.is_bool() || physical.dtype().is_integer() => {
            let integers = physical.cast(&DataType::Int64)?;
            mix(hashes, integers.i64()?.iter().map(|value| value.map(i64::cast_unsigned)));
        }
        _ => {
            let values = (0..series.len()).map(|row| series.get(row).ok());
            mix(hashes, values.map(|value| value.map(|value| of_bytes(value.to_string().as_bytes()))));
        }
    }
    Ok(())
}

/// Takes a further value of each row into its hash; null is one too.
fn mix(hashes: &mut [u64], values: impl Iterator<Item = Option<u64>>) {
    for (hash, value) in hashes.iter_mut().zip(values) {
        *hash = scramble(hash.rotate_left(5) ^ scramble(value.unwrap_or(0x9E37_79B9_7F4A_7C15)));
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014).
fn scramble(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

fn of_bytes(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let words = words.iter().chain([&last]).map(|word| u64::from_le_bytes(*word));
    words.fold(bytes.len() as u64, |hash, word| scramble(hash.rotate_left(5) ^ word))
}

/// Equal floats have equal bits here: there is one zero and one NaN.
fn float_bits(value: f64) -> u64 {
    let value = if value == 0.0 { 0.0 } else { value };
    if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn column(values: Series) -> DataFrame {
        DataFrame::new(values.len(), vec![values.with_name("0".into()).into()]).expect("one column")
    }

    #[test]
    fn no_type_and_no_zero_changes_a_hash() {
        let narrow = hashes(&column(Series::new("".into(), [1_i8, -1, 0]))).expect("numbers");
        let wide = hashes(&column(Series::new("".into(), [1_i64, -1, 0]))).expect("numbers");
        assert_eq!(narrow, wide);
        let floats = hashes(&column(Series::new("".into(), [0.0_f64, -0.0]))).expect("numbers");
        assert_eq!(floats[0], floats[1]);
        let texts = hashes(&column(Series::new("".into(), ["", "a", "a\0"]))).expect("text");
        assert!(texts[0] != texts[1] && texts[1] != texts[2]);
    }

    /// Numbers that are powers of 2, one more and one less are where a carry or a mask would go wrong.
    #[test]
    fn every_number_of_pieces_gets_its_share() {
        for count in [
            1,
            2,
            127,
            128,
            129,
            255,
            256,
            257,
            (1 << 15) - 1,
            1 << 15,
            (1 << 16) - 1,
            1 << 16,
            (1 << 16) + 1,
        ] {
            let mut rows = vec![0_u32; count as usize];
            for number in 0..8 * count {
                rows[place(scramble(u64::from(number)), count) as usize] += 1;
            }
            assert_eq!(rows.iter().sum::<u32>(), 8 * count);
            assert!(rows.iter().all(|&rows| rows < 64), "no piece of {count} gets many times its share");
        }
    }

    proptest! {
        #[test]
        fn a_shard_is_opened_by_the_one_it_is_for(rows in 0..50_i64, from: u32, to: u32, place: prop::sample::Index) {
            let mut frame = column(Series::new("".into(), (0..rows).collect::<Vec<_>>()));
            let mut shard = stream(&mut frame).expect("memory");
            seal(&mut shard, from, to, frame.height() as u64);
            prop_assert!(open(&shard, from, to).expect("it is whole").equals(&frame));
            prop_assert!(open(&shard, from, to.wrapping_add(1)).is_err());
            prop_assert!(open(&shard[..place.index(shard.len())], from, to).is_err());
            let place = place.index(shard.len());
            shard[place] ^= 1;
            prop_assert!(open(&shard, from, to).is_err());
        }
    }
}
