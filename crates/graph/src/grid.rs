//! How an array is cut into blocks, axis by axis and run-length coded: `10^12` elements in chunks of `10^9`
//! are one run, whatever the number of chunks.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// The chunk numbers of a block, one for each axis.
pub type Block = SmallVec<[u64; 4]>;

/// `count` neighbouring chunks of the same length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Run {
    /// Elements of each chunk along the axis.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub length: u64,
    /// How many chunks.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub count: u64,
}

/// The chunks of one axis. An axis of length 0 has one chunk of length 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Array<Run>"))]
#[serde(transparent)]
pub struct Axis {
    /// Neighbouring runs differ in length.
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
            return Axis { runs: SmallVec::from_slice(&[Run { length: total, count: 1 }]) };
        }
        let mut runs = SmallVec::from_slice(&[Run { length, count: total / length }]);
        if !total.is_multiple_of(length) {
            runs.push(Run { length: total % length, count: 1 });
        }
        Axis { runs }
    }

    /// An axis with these chunk lengths.
    pub fn from_lengths(lengths: impl IntoIterator<Item = u64>) -> Axis {
        let mut runs: SmallVec<[Run; 2]> = SmallVec::new();
        for length in lengths {
            match runs.last_mut() {
                Some(run) if run.length == length => run.count += 1,
                _ => runs.push(Run { length, count: 1 }),
            }
        }
        Axis { runs }
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
