//! Runs a loop with the widest vectors that the CPU has.
//!
//! The same Rust code is compiled for the plain machine and, on x64, once more for AVX2. Both give the same
//! bits: vector instructions round as scalar ones do, and the compiler never contracts a multiplication and
//! an addition. On other machines the plain code uses what the target guarantees.

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

struct Vectorised<L>(L);

impl<L: Loop> WithSimd for Vectorised<L> {
    type Output = L::Output;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> L::Output {
        self.0.run()
    }
}

#[cfg(not(test))]
fn arch() -> Arch {
    Arch::new()
}

#[cfg(test)]
fn arch() -> Arch {
    if testing::PLAIN.get() { Arch::Scalar } else { Arch::new() }
}

#[cfg(test)]
pub(crate) mod testing {
    use std::cell::Cell;

    thread_local! {
        pub(super) static PLAIN: Cell<bool> = const { Cell::new(false) };
    }

    /// Calls code whose loops use the plain machine only.
    pub(crate) fn on_the_plain_machine<R>(code: impl FnOnce() -> R) -> R {
        PLAIN.set(true);
        let result = code();
        PLAIN.set(false);
        result
    }
}
