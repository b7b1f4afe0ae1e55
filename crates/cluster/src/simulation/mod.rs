//! A whole cluster with its faults in one thread, from a seed: scheduler and workers are the real state machines,
//! messages travel in an order that chance decides, workers die and come, transfers fail, graphs borrow from others.
//!
//! `BRAMBLE_SEEDS=100000 cargo test --release -p bramble-cluster simulation` looks further than every run does. `growth` says
//! what a task costs as graphs and clusters grow.

mod chronicle;
mod graphs;
mod growth;
mod patron;
mod world;

use world::{Faults, World};

/// A small generator whose numbers follow from a seed (`SplitMix64`, Steele et al. 2014).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below `limit`.
    #[expect(clippy::cast_possible_truncation, reason = "less than a usize")]
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

fn seeds() -> u64 {
    std::env::var("BRAMBLE_SEEDS").ok().and_then(|count| count.parse().ok()).unwrap_or(300)
}

fn simulate(seed: u64, faults: Faults) -> u64 {
    World::new(Chance::new(seed), faults).run()
}

/// Says which seed it was, if one fails.
fn each_seed(faults: Faults) {
    for seed in 0..seeds() {
        let outcome = std::panic::catch_unwind(|| simulate(seed, faults));
        assert!(outcome.is_ok(), "seed {seed} with {faults:?}");
    }
}

#[test]
fn every_block_is_made_whatever_the_order_of_events() {
    each_seed(Faults::NONE);
}

#[test]
fn every_answer_is_right_though_workers_die() {
    each_seed(Faults { deaths: true, ..Faults::NONE });
}

#[test]
fn every_answer_is_right_though_transfers_fail() {
    each_seed(Faults { transfers: true, ..Faults::NONE });
}

#[test]
fn every_block_is_made_though_memory_runs_short() {
    each_seed(Faults { shortage: true, ..Faults::NONE });
}

#[test]
fn nothing_is_lost_though_workers_go() {
    each_seed(Faults { retirement: true, ..Faults::NONE });
}

#[test]
fn nothing_is_made_twice_though_connections_are_cut() {
    each_seed(Faults { cuts: true, ..Faults::NONE });
}

#[test]
fn a_scheduler_that_dies_goes_on_where_it_was() {
    each_seed(Faults { restarts: true, ..Faults::NONE });
    each_seed(Faults { deaths: true, cuts: true, restarts: true, ..Faults::NONE });
}

#[test]
fn every_answer_is_right_where_graphs_are_kept_and_lend_to_others() {
    each_seed(Faults { keeps: true, ..Faults::NONE });
    each_seed(Faults { keeps: true, deaths: true, retirement: true, ..Faults::NONE });
    each_seed(Faults { keeps: true, transfers: true, cuts: true, restarts: true, ..Faults::NONE });
}

#[test]
fn every_block_is_made_though_tasks_wait_for_others() {
    each_seed(Faults { asides: true, ..Faults::NONE });
    each_seed(Faults { asides: true, deaths: true, restarts: true, ..Faults::NONE });
}

#[test]
fn every_block_is_made_though_some_have_room_nowhere() {
    each_seed(Faults { oversizes: true, ..Faults::NONE });
    each_seed(Faults { oversizes: true, shortage: true, deaths: true, ..Faults::NONE });
}

#[test]
fn every_answer_is_right_though_everything_goes_wrong() {
    each_seed(Faults::ALL);
}

#[test]
fn a_seed_leads_to_the_same_events() {
    for seed in 0..20 {
        assert_eq!(simulate(seed, Faults::ALL), simulate(seed, Faults::ALL), "seed {seed}");
    }
}
