//! The order in which the blocks of a plan's outputs are asked for.

use crate::{Block, BlockId, LayerId, Plan};

/// A walk over the output blocks, output by output, each output once.
#[derive(Clone, Copy, Debug, Default)]
pub struct OutputTurns {
    /// Place among the outputs.
    output: usize,
    /// Number of a block in its layer's grid.
    number: u64,
}

impl OutputTurns {
    /// The block whose turn it is, if any is left. Its turn is over then.
    pub fn next(&mut self, plan: &Plan) -> Option<(LayerId, Block)> {
        while let Some(&layer) = plan.outputs().get(self.output) {
            let grid = &plan.layer(layer).layer.grid;
            let seen = plan.outputs()[..self.output].contains(&layer);
            if seen || self.number == grid.block_count() {
                *self = OutputTurns { output: self.output + 1, number: 0 };
                continue;
            }
            let block = grid.unravel(self.number);
            self.number += 1;
            return Some((layer, block));
        }
        None
    }

    /// Whether a block of a layer is an output whose turn is still to come.
    pub fn is_to_come(&self, plan: &Plan, layer: LayerId, id: BlockId) -> bool {
        let turn = plan.outputs().iter().position(|&output| output == layer);
        turn.is_some_and(|turn| (turn, plan.number(id, layer)) >= (self.output, self.number))
    }

    /// Whether every block has had its turn, and that was found out.
    pub fn are_over(&self, plan: &Plan) -> bool {
        self.output == plan.outputs().len()
    }
}
