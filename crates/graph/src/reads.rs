//! Which blocks of its inputs a layer reads that names them axis by axis: calls of functions, linear algebra.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::dependencies::BlockRanges;
use crate::{Grid, Layer};

/// Which blocks of an input are read: one entry for each axis of the input.
pub type Read = Vec<Project>;

/// Which chunks along an axis of an input are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Project {
    /// The one with the number that the block has along an axis of the layer; the only one where there is one.
    Axis(u32),
    /// This one.
    At(#[cfg_attr(feature = "typescript", ts(type = "number"))] u64),
    /// `size` neighbours, those of number `n * size` and behind for chunk `n` along an axis of the layer. A call is
    /// given a list.
    Group {
        /// The axis of the layer.
        axis: u32,
        /// How many neighbours, except at the end.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        size: u64,
    },
    /// All of them. A call is given a list.
    All,
}

impl Project {
    /// The axis of the layer that decides.
    fn axis(self) -> Option<usize> {
        match self {
            Project::Axis(axis) | Project::Group { axis, .. } => Some(axis as usize),
            Project::At(_) | Project::All => None,
        }
    }

    /// Whether the call is given a list rather than one block.
    pub fn is_list(self) -> bool {
        matches!(self, Project::Group { .. } | Project::All)
    }
}

/// The blocks of an input that some blocks of a layer read.
pub(crate) fn behind(read: &[Project], blocks: &BlockRanges, grid: &Grid) -> BlockRanges {
    if blocks.iter().any(Range::is_empty) {
        return read.iter().map(|_| 0..0).collect();
    }
    let project = |(axis, project): (usize, &Project)| {
        let count = grid.axes[axis].blocks();
        match *project {
            Project::Axis(_) if count == 1 => 0..1,
            Project::Axis(axis) => blocks[axis as usize].clone(),
            Project::At(number) => number..number + 1,
            Project::Group { axis, size } => {
                let range = &blocks[axis as usize];
                range.start * size..count.min(range.end * size)
            }
            Project::All => 0..count,
        }
    };
    read.iter().enumerate().map(project).collect()
}

/// How many of the wanted blocks of a layer read a block of an input.
pub(crate) fn ahead(read: &[Project], block: &[u64], grid: &Grid, wanted: &BlockRanges) -> u64 {
    let mut count = 1;
    for (axis, range) in wanted.iter().enumerate() {
        if !read.iter().any(|project| project.axis() == Some(axis)) {
            count *= range.end - range.start;
        }
    }
    for (axis, project) in read.iter().enumerate() {
        let number = block[axis];
        count *= match *project {
            Project::Axis(output) if grid.axes[axis].blocks() == 1 => {
                let range = &wanted[output as usize];
                range.end - range.start
            }
            Project::Axis(output) => u64::from(wanted[output as usize].contains(&number)),
            Project::At(at) => u64::from(number == at),
            Project::Group { axis, size } => u64::from(wanted[axis as usize].contains(&(number / size))),
            Project::All => 1,
        };
    }
    count
}

/// Checks what a layer reads of its inputs.
pub(crate) fn check_reads(reads: &[Read], inputs: &[&Layer], grid: &Grid) -> Result<(), String> {
    if reads.len() != inputs.len() {
        return Err(format!("{} reads of {} inputs", reads.len(), inputs.len()));
    }
    for (read, input) in reads.iter().zip(inputs) {
        if read.len() != input.grid.ndim() {
            return Err(format!("a read of {} axes, {} has {}", read.len(), input.name, input.grid.ndim()));
        }
        for (axis, project) in read.iter().enumerate() {
            let again = project.axis().is_some() && read[..axis].iter().any(|p| p.axis() == project.axis());
            if again {
                return Err(format!("a read of {} that names an axis twice", input.name));
            }
            check_project(*project, input.grid.axes[axis].blocks(), grid)?;
        }
    }
    Ok(())
}

fn check_project(project: Project, count: u64, grid: &Grid) -> Result<(), String> {
    let ours = match project.axis() {
        Some(axis) => grid.axes.get(axis).ok_or_else(|| format!("a read along axis {axis}"))?.blocks(),
        None => 1,
    };
    let fits = match project {
        Project::Axis(_) => count == 1 || count == ours,
        Project::At(number) => number < count,
        Project::Group { size, .. } => size > 0 && count.div_ceil(size) == ours,
        Project::All => true,
    };
    if fits { Ok(()) } else { Err(format!("{project:?} of {count} chunks for {ours}")) }
}
