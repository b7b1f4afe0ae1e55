//! Runs a loop with the widest vectors that the CPU has.
//!
//! The same Rust code is compiled for the plain machine and, on x64, once more for AVX2; loops with much to compute for
//! each element also for AVX-512, which halves their time. All give the same bits: vector instructions round as scalar
//! ones do, and the compiler never contracts a multiplication and an addition. On other machines the plain code uses
//! what the target guarantees.

#[cfg(target_arch = "x86_64")]
use std::sync::LazyLock;

/// A loop. `run` must be `#[inline(always)]`, otherwise it is compiled for the plain machine only.
pub(crate) trait Loop {
    /// What it gives.
    type Output;

    /// Runs it.
    fn run(self) -> Self::Output;
}

/// Runs a loop.
pub(crate) fn run<L: Loop>(task: L) -> L::Output {
    #[cfg(target_arch = "x86_64")]
    if width() >= Width::Avx2 {
        // SAFETY: the CPU has what the function is compiled for.
        return unsafe { with_avx2(task) };
    }
    task.run()
}

/// Runs a loop whose time is that of its arithmetic, not of its memory: on x64 there is a copy of it for AVX-512 too.
pub(crate) fn run_long<L: Loop>(task: L) -> L::Output {
    #[cfg(target_arch = "x86_64")]
    if width() >= Width::Avx512 {
        // SAFETY: the CPU has what the function is compiled for.
        return unsafe { with_avx512(task) };
    }
    run(task)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,bmi1,bmi2,lzcnt,popcnt")]
fn with_avx2<L: Loop>(task: L) -> L::Output {
    task.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,bmi1,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512cd,avx512dq,avx512vl")]
fn with_avx512<L: Loop>(task: L) -> L::Output {
    task.run()
}

/// How much of the CPU loops use.
#[cfg(any(test, target_arch = "x86_64"))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Width {
    Plain,
    /// What every CPU with AVX2 since 2015 has (x86-64-v3).
    Avx2,
    /// What every CPU with AVX-512 since 2017 has (x86-64-v4).
    Avx512,
}

/// All that there is, but for tests that compare.
#[cfg(target_arch = "x86_64")]
fn width() -> Width {
    #[cfg(test)]
    return testing::WIDEST.get().min(*WIDEST);
    #[cfg(not(test))]
    *WIDEST
}

#[cfg(target_arch = "x86_64")]
static WIDEST: LazyLock<Width> = LazyLock::new(|| {
    use std::arch::is_x86_feature_detected as has;
    let has_avx2 =
        has!("avx2") && has!("fma") && has!("bmi1") && has!("bmi2") && has!("lzcnt") && has!("popcnt");
    let has_avx512 =
        has!("avx512f") && has!("avx512bw") && has!("avx512cd") && has!("avx512dq") && has!("avx512vl");
    match (has_avx2, has_avx512) {
        (true, true) => Width::Avx512,
        (true, false) => Width::Avx2,
        (false, _) => Width::Plain,
    }
});

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
