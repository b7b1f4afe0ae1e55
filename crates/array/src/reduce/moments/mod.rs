//! Mean and squared deviations in one pass over memory.
//!
//! Elements are gathered in *segments* of 16. Within a segment, deviations from its first element are added up: since
//! that is one of the 16, what the subtraction at the end cancels stays below four bits, wherever the numbers lie.
//! Segments are merged by the update of Chan et al. ("Updating Formulae and a Pairwise Algorithm for Computing Sample
//! Variances", 1979) as a cascade, and so are blocks: squares never become negative.
//!
//! ```text
//! elements ── Band (segments, cascade) ── Moments ── Columns ── State
//! ```

use std::marker::PhantomData;

use bytemuck::{Pod, Zeroable};

use self::accumulation::MomentAccumulation;
use super::accumulator::Accumulate;
use super::combine;
use super::groups::Groups;
use super::method::{Merging, Monoid};
use crate::{AlignedBuffer, ArrayError};

mod accumulation;
mod band;
mod column_moments;

/// What is known of some numbers.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Moments {
    /// How many there are.
    pub(super) count: f64,
    /// One of them.
    origin: f64,
    /// The mean less the origin, so that its digits are not spent on where the numbers lie.
    mean: f64,
    /// Sum of the squared deviations from the mean.
    pub(super) squares: f64,
}

impl Moments {
    const NONE: Moments = Moments { count: 0.0, origin: 0.0, mean: 0.0, squares: 0.0 };
}

/// What depends on the numbers of elements alone when moments are merged: where these are the same for many, it is computed
/// once.
#[derive(Clone, Copy)]
struct Shares {
    count: f64,
    /// The share of the newer elements in all.
    newer: f64,
    /// By what the square of the means' distance counts.
    weight: f64,
}

impl Shares {
    #[inline(always)]
    fn new(older: f64, newer: f64) -> Shares {
        let count = older + newer;
        let share = newer / count;
        Shares { count, newer: share, weight: older * share }
    }

    /// Merges moments of some elements each.
    #[inline(always)]
    fn pool(self, a: Moments, b: Moments) -> Moments {
        let delta = (b.origin - a.origin) + (b.mean - a.mean);
        let mean = a.mean + delta * self.newer;
        let squares = a.squares + b.squares + delta * delta * self.weight;
        Moments { count: self.count, origin: a.origin, mean, squares }
    }
}

/// Merges moments.
pub(super) struct Pooled;

impl Monoid for Pooled {
    type Acc = Moments;

    const IDENTITY: Moments = Moments::NONE;

    #[inline(always)]
    fn merge(a: Moments, b: Moments) -> Moments {
        let pooled = Shares::new(a.count, b.count).pool(a, b);
        if b.count == 0.0 {
            a
        } else if a.count == 0.0 {
            b
        } else {
            pooled
        }
    }
}

/// [`Pooled`] fed with elements in double precision, NaNs left out or not.
pub(super) struct MomentMerging<const SKIPS_NAN: bool>(pub(super) PhantomData<()>);

impl<const SKIPS_NAN: bool> Merging for MomentMerging<SKIPS_NAN> {
    fn size(&self) -> usize {
        size_of::<Moments>()
    }

    fn lifted_size(&self) -> usize {
        size_of::<f64>()
    }

    fn accumulate(&self, groups: &Groups) -> Result<Box<dyn Accumulate>, ArrayError> {
        Ok(Box::new(MomentAccumulation::<SKIPS_NAN>::new(groups)?))
    }

    fn combine(&self, parts: &[&[u8]]) -> Result<AlignedBuffer, ArrayError> {
        combine::by_halves::<Pooled>(parts)
    }
}
