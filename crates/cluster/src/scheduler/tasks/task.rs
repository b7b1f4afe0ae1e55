//! What is known of one block. There may be millions of them, so a task takes 120 bytes, and what few have lies elsewhere.

use bramble_graph::{BlockId, LayerId};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::State;
use crate::numbers::NumberMap;
use crate::protocol::{Clue, WorkerId};

/// Tasks by their blocks. They lie apart from the table: while that grows there are two of it, and half of it is empty.
pub(super) type Known = NumberMap<u64, Box<Task>>;

/// A block that is to be made, is being made, or was made.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    /// Its layer.
    pub(crate) layer: LayerId,
    /// Inputs that nobody holds; those that were not looked at count.
    pub(super) missing: u32,
    /// How often it was handed out in vain.
    pub(crate) attempt: u32,
    /// Whether it waits for the graph that lends the block; counted among the missing.
    pub(super) is_outside: bool,
    /// Whether it is made of nothing, and does not stay.
    pub(super) is_source: bool,
    pub(crate) state: State,
    /// Reads that are still to come.
    pub(super) uses: u64,
    /// Bytes that it has.
    pub(crate) bytes: u64,
    /// The blocks it reads, while it is not made.
    #[serde(with = "ids")]
    pub(crate) inputs: SmallVec<[BlockId; 2]>,
    /// Blocks that wait for this one.
    pub(super) waiters: SmallVec<[u64; 2]>,
    /// Who has it.
    pub(crate) holders: SmallVec<[WorkerId; 4]>,
    troubles: Option<Box<Troubles>>,
}

const _: () = assert!(size_of::<Task>() <= 120);

/// What went wrong with a task.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Troubles {
    /// How often it failed.
    failures: u32,
    /// The workers that died of it.
    deaths: Vec<Clue>,
}

impl Task {
    /// One of which nothing is there and all inputs are to be looked at.
    pub(super) fn new(layer: LayerId, inputs: &[BlockId], is_outside: bool, uses: u64) -> Task {
        Task {
            layer,
            missing: missing(inputs, is_outside),
            attempt: 0,
            is_outside,
            is_source: false,
            state: State::Expanding,
            uses,
            bytes: 0,
            inputs: inputs.into(),
            waiters: SmallVec::new(),
            holders: SmallVec::new(),
            troubles: None,
        }
    }

    /// Is to be made again, of inputs that are to be looked at.
    pub(super) fn revive(&mut self, inputs: &[BlockId], is_outside: bool) {
        self.state = State::Expanding;
        self.attempt += 1;
        self.is_outside = is_outside;
        self.missing = missing(inputs, is_outside);
        self.inputs = inputs.into();
    }

    /// It failed; gives how often it did.
    pub(crate) fn fail(&mut self) -> u32 {
        let troubles = self.troubles.get_or_insert_default();
        troubles.failures += 1;
        troubles.failures
    }

    /// A worker died while it may have run it.
    pub(crate) fn blame(&mut self, clue: Clue) {
        self.troubles.get_or_insert_default().deaths.push(clue);
    }

    /// The workers that died of it.
    pub(crate) fn deaths(&self) -> &[Clue] {
        self.troubles.as_ref().map_or(&[], |troubles| &troubles.deaths)
    }

    /// Nothing of what went wrong counts any more.
    pub(super) fn forgive(&mut self) {
        self.troubles = None;
    }
}

fn missing(inputs: &[BlockId], is_outside: bool) -> u32 {
    let inputs = u32::try_from(inputs.len()).expect("a task reads fewer than 2^32 blocks");
    inputs + u32::from(is_outside)
}

/// Numbers of blocks, to be written down.
pub(super) mod ids {
    use bramble_graph::BlockId;
    use serde::{Deserialize, Deserializer, Serializer};
    use smallvec::{Array, SmallVec};

    pub(in crate::scheduler::tasks) fn serialize<S: Serializer, A: Array<Item = BlockId>>(
        ids: &SmallVec<A>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(ids.iter().map(|id| id.0))
    }

    pub(in crate::scheduler::tasks) fn deserialize<'de, D: Deserializer<'de>, A: Array<Item = BlockId>>(
        deserializer: D,
    ) -> Result<SmallVec<A>, D::Error> {
        Ok(Vec::<u64>::deserialize(deserializer)?.into_iter().map(BlockId).collect())
    }
}
