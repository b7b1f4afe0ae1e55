//! Runs a loop with the widest vectors that the CPU has.
//!
//! The same Rust code is compiled for the plain machine and, on x64, once more for AVX2; loops with much to compute for
//! each element also for AVX-512, which halves their time. All give the same bits: vector instructions round as scalar
//! ones do, and the compiler never contracts a multiplication and an addition. On other machines the plain code uses
//! what the target guarantees.

use pulp::{Arch, Simd, WithSimd};

/// A loop. `run` must be `#[inline(always)]`, otherwise it is compiled for the plain machine only.
pub(crate) trait Loop {
    /// What it gives.
    type Output;

    /// Runs it.
    fn run(self) -> Self::Output;
}

/// Runs a loop.
pub(crate) fn run<L: Loop>(task: L) -> L::Output {
    arch().dispatch(Vectorised(task))
}

/// Runs a loop whose time is that of its arithmetic, not of its memory: on x64 there is a copy of it for AVX-512 too.
pub(crate) fn run_long<L: Loop>(task: L) -> L::Output {
    #[cfg(target_arch = "x86_64")]
    if has_avx512() {
        // SAFETY: the CPU has what the function is compiled for.
        return unsafe { with_avx512(task) };
    }
    run(task)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,bmi1,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512cd,avx512dq,avx512vl")]
fn with_avx512<L: Loop>(task: L) -> L::Output {
    task.run()
}

/// Whether there is what every CPU with AVX-512 since 2017 has (x86-64-v4).
#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    use std::arch::is_x86_feature_detected as has;
    let is_there = has!("avx2")
        && has!("fma")
        && has!("bmi1")
        && has!("bmi2")
        && has!("lzcnt")
        && has!("popcnt")
        && has!("avx512f")
        && has!("avx512bw")
        && has!("avx512cd")
        && has!("avx512dq")
        && has!("avx512vl");
    is_there && is_allowed(Width::Avx512)
}

struct Vectorised<L>(L);

impl<L: Loop> WithSimd for Vectorised<L> {
    type Output = L::Output;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> L::Output {
        self.0.run()
    }
}

fn arch() -> Arch {
    if is_allowed(Width::Avx2) { Arch::new() } else { Arch::Scalar }
}

/// How much of the CPU loops may use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Width {
    #[cfg(test)]
    Plain,
    Avx2,
    Avx512,
}

/// Everything, but for tests that compare.
#[cfg(not(test))]
fn is_allowed(_: Width) -> bool {
    true
}

#[cfg(test)]
fn is_allowed(width: Width) -> bool {
    width <= testing::WIDEST.get()
}

#[cfg(test)]
pub(crate) mod testing {
    use std::cell::Cell;

    use super::Width;

    thread_local! {
        pub(super) static WIDEST: Cell<Width> = const { Cell::new(Width::Avx512) };
    }

    /// What code gives whose loops use the plain machine only, and whose loops use AVX2 at most.
    pub(crate) fn on_narrower_machines<R>(code: impl Fn() -> R) -> [R; 2] {
        [Width::Plain, Width::Avx2].map(|width| {
            WIDEST.set(width);
            let result = code();
            WIDEST.set(Width::Avx512);
            result
        })
    }
}
