//! How an array is cut into blocks, axis by axis and run-length coded: `10^12` elements in chunks of `10^9`
//! are one run, whatever the number of chunks.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// The chunk numbers of a block, one for each axis.
pub type Block = SmallVec<[u64; 4]>;

/// `count` neighbouring chunks of the same length, or of lengths that are known only when they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "WireRun")]
pub struct Run {
    /// Elements of each chunk along the axis. Where they are unknown TypeScript has NaN and the core has 1:
    /// positions on such an axis count chunks.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub length: u64,
    /// How many chunks.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub count: u64,
    /// Set where the lengths are unknown: what decides them. Runs that name the same have the same lengths.
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub unknown: Option<u64>,
}

/// A run as it travels.
#[derive(Deserialize)]
struct WireRun {
    length: WireLength,
    count: u64,
    #[serde(default)]
    unknown: Option<u64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WireLength {
    Known(u64),
    Unknown(f64),
}

impl TryFrom<WireRun> for Run {
    type Error = String;

    fn try_from(WireRun { length, count, unknown }: WireRun) -> Result<Run, String> {
        match (length, unknown) {
            (_, Some(_)) => Ok(Run { length: 1, count, unknown }),
            (WireLength::Known(length), None) => Ok(Run::new(length, count)),
            (WireLength::Unknown(length), None) => Err(format!("a run of chunks of length {length}")),
        }
    }
}

impl Run {
    /// A run of known length.
    pub fn new(length: u64, count: u64) -> Run {
        Run { length, count, unknown: None }
    }
}

/// The chunks of one axis. An axis of length 0 has one chunk of length 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Array<Run>"))]
#[serde(transparent)]
pub struct Axis {
    /// Neighbouring runs differ in length, or in what decides it.
    pub runs: SmallVec<[Run; 2]>,
}

/// Where a chunk lies on its axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Position of the first element.
    pub start: u64,
    /// Number of elements.
    pub length: u64,
}

impl Extent {
    /// Position behind the last element.
    pub fn end(self) -> u64 {
        self.start + self.length
    }
}

impl Axis {
    /// An axis cut into chunks of `length`, the last one shorter where it does not divide.
    pub fn regular(total: u64, length: u64) -> Axis {
        if total == 0 || length >= total {
            return Axis { runs: SmallVec::from_slice(&[Run::new(total, 1)]) };
        }
        let mut runs = SmallVec::from_slice(&[Run::new(length, total / length)]);
        if !total.is_multiple_of(length) {
            runs.push(Run::new(total % length, 1));
        }
        Axis { runs }
    }

    /// An axis with these chunk lengths.
    pub fn from_lengths(lengths: impl IntoIterator<Item = u64>) -> Axis {
        let mut runs: SmallVec<[Run; 2]> = SmallVec::new();
        for length in lengths {
            match runs.last_mut() {
                Some(run) if run.length == length => run.count += 1,
                _ => runs.push(Run::new(length, 1)),
            }
        }
        Axis { runs }
    }

    /// Whether all lengths are known. If not, positions count the chunks of unknown length as 1 each.
    pub fn is_known(&self) -> bool {
        self.runs.iter().all(|run| run.unknown.is_none())
    }

    /// Whether the axis has one element, so that it repeats when broadcast.
    pub fn is_single(&self) -> bool {
        self.is_known() && self.total() == 1 && self.blocks() == 1
    }

    /// Number of elements.
    pub fn total(&self) -> u64 {
        self.runs.iter().map(|run| run.length * run.count).sum()
    }

    /// Number of chunks.
    pub fn blocks(&self) -> u64 {
        self.runs.iter().map(|run| run.count).sum()
    }

    /// Where chunk number `block` lies.
    ///
    /// # Panics
    /// When there is no such chunk.
    pub fn extent(&self, block: u64) -> Extent {
        let (mut first, mut start) = (0, 0);
        for run in &self.runs {
            if block < first + run.count {
                return Extent { start: start + (block - first) * run.length, length: run.length };
            }
            first += run.count;
            start += run.count * run.length;
        }
        panic!("block {block} of an axis of {first} blocks");
    }

    /// The number of the chunk that holds the element at `position`.
    ///
    /// # Panics
    /// When the position lies behind the end.
    pub fn locate(&self, position: u64) -> u64 {
        let (mut first, mut start) = (0, 0);
        for run in &self.runs {
            let end = start + run.count * run.length;
            if position < end {
                return first + (position - start) / run.length;
            }
            first += run.count;
            start = end;
        }
        panic!("position {position} of an axis of {start} elements");
    }

    /// The longest chunk.
    pub fn longest(&self) -> u64 {
        self.runs.iter().map(|run| run.length).max().unwrap_or(0)
    }
}

/// The chunks of all axes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Array<Axis>"))]
#[serde(transparent)]
pub struct Grid {
    /// One entry for each axis; none for a 0-d array, which has one block.
    pub axes: SmallVec<[Axis; 4]>,
}

impl Grid {
    /// A grid of these axes.
    pub fn new(axes: impl IntoIterator<Item = Axis>) -> Grid {
        Grid { axes: axes.into_iter().collect() }
    }

    /// Whether all lengths are known.
    pub fn is_known(&self) -> bool {
        self.axes.iter().all(Axis::is_known)
    }

    /// Number of axes.
    pub fn ndim(&self) -> usize {
        self.axes.len()
    }

    /// Number of elements along each axis.
    pub fn shape(&self) -> SmallVec<[u64; 4]> {
        self.axes.iter().map(Axis::total).collect()
    }

    /// Number of blocks along each axis.
    pub fn blocks(&self) -> SmallVec<[u64; 4]> {
        self.axes.iter().map(Axis::blocks).collect()
    }

    /// Number of blocks in all.
    pub fn block_count(&self) -> u64 {
        self.axes.iter().map(Axis::blocks).product()
    }

    /// Number of elements along each axis of one block.
    pub fn block_shape(&self, block: &[u64]) -> SmallVec<[u64; 4]> {
        self.axes.iter().zip(block).map(|(axis, &number)| axis.extent(number).length).collect()
    }

    /// Where a block lies, axis by axis.
    pub fn extents(&self, block: &[u64]) -> SmallVec<[Extent; 4]> {
        self.axes.iter().zip(block).map(|(axis, &number)| axis.extent(number)).collect()
    }

    /// Number of a block among all, the last axis running fastest.
    pub fn ravel(&self, block: &[u64]) -> u64 {
        self.axes.iter().zip(block).fold(0, |index, (axis, &number)| index * axis.blocks() + number)
    }

    /// The block of a number that [`Grid::ravel`] gave.
    pub fn unravel(&self, mut index: u64) -> Block {
        let mut block = Block::from_elem(0, self.ndim());
        for (number, axis) in block.iter_mut().zip(&self.axes).rev() {
            *number = index % axis.blocks();
            index /= axis.blocks();
        }
        block
    }
}
