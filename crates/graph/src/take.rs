//! Indexing by lists of positions: which blocks hold which points.

use std::collections::HashMap;
use std::ops::{Deref, Range};
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::dependencies::BlockRanges;
use crate::{Axis, Extent, Grid};

/// The elements at listed points. Point `n` lies on each of the axes at the `n`-th position listed for it; the points
/// stand along one axis of the result, in place of these axes. With one axis that is NumPy's `take`, with several
/// pointwise indexing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Take {
    /// Numbers of the axes of the input that are indexed, ascending.
    pub axes: Vec<u32>,
    /// Number of the axis of the result along which the points stand.
    pub at: u32,
    /// For each of the axes the position of each point.
    pub positions: Vec<Positions>,
}

/// A list of positions. It travels as bytes: 8 for each as a float, which JavaScript has at hand.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Float64Array"))]
pub struct Positions(Arc<[u64]>);

impl From<Vec<u64>> for Positions {
    fn from(positions: Vec<u64>) -> Positions {
        Positions(positions.into())
    }
}

impl Deref for Positions {
    type Target = [u64];

    fn deref(&self) -> &[u64] {
        &self.0
    }
}

impl std::fmt::Debug for Positions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} positions", self.0.len())
    }
}

impl Serialize for Positions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|&position| (position as f64).to_le_bytes()).collect();
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for Positions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Positions, D::Error> {
        deserializer.deserialize_bytes(PositionsVisitor)
    }
}

struct PositionsVisitor;

impl Visitor<'_> for PositionsVisitor {
    type Value = Positions;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "bytes of floats that are positions")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Positions, E> {
        let (floats, rest) = bytes.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(E::invalid_length(bytes.len(), &self));
        }
        floats.iter().map(|bytes| position_of(f64::from_le_bytes(*bytes))).collect()
    }
}

/// The whole number that a float is. Above 2^53 floats skip some, and no position lies there.
fn position_of<E: Error>(float: f64) -> Result<u64, E> {
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    if !(0.0..LIMIT).contains(&float) || float.fract() != 0.0 {
        return Err(E::custom(format!("{float} is no position")));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number below 2^53")]
    Ok(float as u64)
}

impl FromIterator<u64> for Positions {
    fn from_iter<I: IntoIterator<Item = u64>>(positions: I) -> Positions {
        Positions(positions.into_iter().collect())
    }
}

impl Take {
    /// Checks that the points lie in the input and that the result's grid follows from them.
    pub(crate) fn check(&self, input: &Grid, output: &Grid) -> Result<(), String> {
        let is_ascending = self.axes.windows(2).all(|pair| pair[0] < pair[1]);
        let is_inside = self.axes.iter().all(|&axis| (axis as usize) < input.ndim());
        if self.axes.is_empty() || !is_ascending || !is_inside || self.axes.len() != self.positions.len() {
            return Err(format!("positions for axes {:?} of {}", self.axes, input.ndim()));
        }
        let count = self.count();
        for (&axis, positions) in self.axes.iter().zip(&self.positions) {
            let axis = &input.axes[axis as usize];
            let length = axis.total();
            let fits = axis.is_known() && positions.iter().all(|&position| position < length);
            if !fits || positions.len() as u64 != count {
                return Err(format!("positions that do not lie on an axis of {length}"));
            }
        }
        let mut rest = self.rest(input.ndim()).map(|axis| &input.axes[axis]);
        for (number, axis) in output.axes.iter().enumerate() {
            let fits = if number == self.at as usize {
                axis.is_known() && axis.total() == count
            } else {
                rest.next() == Some(axis)
            };
            if !fits {
                return Err("a grid that does not follow from the positions".into());
            }
        }
        let has_all = rest.next().is_none() && (self.at as usize) < output.ndim();
        if has_all { Ok(()) } else { Err("a grid with too few axes".into()) }
    }

    /// How many points there are.
    pub fn count(&self) -> u64 {
        self.positions.first().map_or(0, |positions| positions.len() as u64)
    }

    /// The axes of the input that are not indexed.
    pub fn rest(&self, ndim: usize) -> impl Iterator<Item = usize> {
        (0..ndim).filter(|&axis| !self.axes.iter().any(|&indexed| indexed as usize == axis))
    }

    /// The block of the input among the blocks along the indexed axes that holds each of some points, by its number,
    /// and where in that block the point lies.
    pub fn locate(&self, input: &Grid, points: Range<usize>) -> Vec<(u64, Vec<u64>)> {
        let axes: Vec<Locator> =
            self.axes.iter().map(|&axis| Locator::new(&input.axes[axis as usize])).collect();
        points
            .map(|point| {
                let mut number = 0;
                let mut local = Vec::with_capacity(axes.len());
                for (axis, positions) in axes.iter().zip(&self.positions) {
                    let (block, extent) = axis.locate(positions[point]);
                    number = number * axis.blocks + block;
                    local.push(positions[point] - extent.start);
                }
                (number, local)
            })
            .collect()
    }

    /// A block of the input: its number among the blocks along the indexed axes, and the block of the result for the
    /// other axes.
    fn block(&self, number: u64, output: &[u64], input: &Grid) -> BlockRanges {
        let indexed = Grid::new(self.axes.iter().map(|&axis| input.axes[axis as usize].clone()));
        let mut along = indexed.unravel(number).into_iter();
        let mut others = output
            .iter()
            .enumerate()
            .filter(|(axis, _)| *axis != self.at as usize)
            .map(|(_, &number)| number);
        let number = |axis: usize| {
            let is_indexed = self.axes.iter().any(|&indexed| indexed as usize == axis);
            if is_indexed { along.next() } else { others.next() }.expect("as many axes as the input has")
        };
        (0..input.ndim()).map(number).map(|number| number..number + 1).collect()
    }
}

/// Finds chunks by position, in time by the logarithm of the number of runs.
struct Locator {
    /// First position, first chunk and chunk length of each run that has elements.
    runs: Vec<(u64, u64, u64)>,
    blocks: u64,
}

impl Locator {
    fn new(axis: &Axis) -> Locator {
        let (mut start, mut block) = (0, 0);
        let mut runs = Vec::with_capacity(axis.runs.len());
        for run in &axis.runs {
            if run.length > 0 {
                runs.push((start, block, run.length));
            }
            start += run.length * run.count;
            block += run.count;
        }
        Locator { runs, blocks: block }
    }

    fn locate(&self, position: u64) -> (u64, Extent) {
        let run = self.runs.partition_point(|&(start, ..)| start <= position) - 1;
        let (start, first, length) = self.runs[run];
        let chunk = (position - start) / length;
        (first + chunk, Extent { start: start + chunk * length, length })
    }
}

/// Which blocks are read for the points of a layer: a table, for nothing but looking at all points tells.
#[derive(Debug)]
pub(crate) struct PointBlocks {
    /// For each chunk of points the blocks along the indexed axes that hold them, ascending.
    reads: Vec<Box<[u64]>>,
    /// For each of these blocks the chunks of points that read it, ascending.
    readers: HashMap<u64, Vec<u64>>,
}

impl PointBlocks {
    pub(crate) fn new(take: &Take, input: &Grid, output: &Grid) -> PointBlocks {
        let axis = &output.axes[take.at as usize];
        let mut reads = Vec::new();
        let mut readers: HashMap<u64, Vec<u64>> = HashMap::new();
        for chunk in 0..axis.blocks() {
            let extent = axis.extent(chunk);
            let mut numbers: Vec<u64> =
                take.locate(input, points(extent)).into_iter().map(|(number, _)| number).collect();
            numbers.sort_unstable();
            numbers.dedup();
            for &number in &numbers {
                readers.entry(number).or_default().push(chunk);
            }
            reads.push(numbers.into_boxed_slice());
        }
        PointBlocks { reads, readers }
    }

    /// The blocks that a block of the result reads.
    pub(crate) fn reads(&self, take: &Take, block: &[u64], input: &Grid) -> Vec<BlockRanges> {
        let chunk = usize::try_from(block[take.at as usize]).expect("as many chunks as the table has");
        self.reads[chunk].iter().map(|&number| take.block(number, block, input)).collect()
    }

    /// The box around the blocks that a box of blocks of the result reads.
    pub(crate) fn behind(&self, take: &Take, blocks: &BlockRanges, input: &Grid) -> BlockRanges {
        let along = &blocks[take.at as usize];
        let index = |chunk: u64| usize::try_from(chunk).expect("as many chunks as the table has");
        let first: Vec<u64> = blocks.iter().map(|range| range.start).collect();
        let mut around: Option<BlockRanges> = None;
        for &number in self.reads[index(along.start)..index(along.end)].iter().flatten() {
            let block = take.block(number, &first, input);
            around = Some(match around {
                None => block,
                Some(known) => {
                    let widened = |(a, b): (Range<u64>, Range<u64>)| a.start.min(b.start)..a.end.max(b.end);
                    known.into_iter().zip(block).map(widened).collect()
                }
            });
        }
        let Some(mut around) = around else { return input.axes.iter().map(|_| 0..0).collect() };
        let mut others =
            blocks.iter().enumerate().filter(|(axis, _)| *axis != take.at as usize).map(|(_, range)| range);
        for axis in take.rest(input.ndim()) {
            around[axis] = others.next().cloned().unwrap_or(0..0);
        }
        around
    }

    /// How many of the wanted blocks of the result read a block of the input.
    pub(crate) fn ahead(&self, take: &Take, block: &[u64], input: &Grid, wanted: &BlockRanges) -> u64 {
        let indexed = Grid::new(take.axes.iter().map(|&axis| input.axes[axis as usize].clone()));
        let number = indexed.ravel(&take.axes.iter().map(|&axis| block[axis as usize]).collect::<Vec<_>>());
        let along = &wanted[take.at as usize];
        let mut others =
            wanted.iter().enumerate().filter(|(axis, _)| *axis != take.at as usize).map(|(_, range)| range);
        let is_wanted = take
            .rest(input.ndim())
            .all(|axis| others.next().is_some_and(|range| range.contains(&block[axis])));
        let readers = self.readers.get(&number).map_or(&[][..], Vec::as_slice);
        let before = |chunk: u64| readers.partition_point(|&reader| reader < chunk);
        if is_wanted { (before(along.end) - before(along.start)) as u64 } else { 0 }
    }
}

/// The numbers of the points of a chunk.
///
/// # Panics
/// When there are more than memory could hold.
pub fn points(extent: Extent) -> Range<usize> {
    let index = |position: u64| usize::try_from(position).expect("a list of positions fits in memory");
    index(extent.start)..index(extent.end())
}
