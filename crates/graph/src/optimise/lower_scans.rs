//! Turns a scan into its stages: the totals of blocks, a tree of carries, and the blocks scanned from these on.

use crate::scan::FAN_IN;
use crate::{
    Axis, Carry, Combine, DType, Grid, Kind, Layer, LayerId, Map, Operand, Origin, Partial, Program,
    ReduceAxis, Scan, Scanned,
};

use super::builder::Builder;

pub(super) fn lower_scan(builder: &mut Builder, layer: &Layer, scan: &Scan) -> LayerId {
    let input = layer.inputs[0];
    let element = builder.layer(input).dtype;
    let operand = Operand { dtype: element, grid: layer.grid.clone(), origin: Origin::Input(0) };
    let map = Map { program: Program::identity(), operands: vec![operand] };
    let stages = Stages { layer, scan, element };
    let partial = Partial {
        op: scan.op.clone(),
        axes: vec![scan.axis],
        map: map.clone(),
        element,
        element_grid: layer.grid.clone(),
        finish: None,
    };
    let grid = stages.grid(layer.grid.axes[scan.axis as usize].blocks());
    let totals = stages.add(builder, vec![input], &grid, Kind::Partial(Box::new(partial)));
    let carries = stages.carries(builder, totals, &grid);
    let scanned = Scanned { op: scan.op.clone(), axis: scan.axis, map, element };
    stages.add(builder, vec![input, carries], &layer.grid, Kind::Scanned(Box::new(scanned)))
}

/// What all stages of one scan share.
struct Stages<'a> {
    layer: &'a Layer,
    scan: &'a Scan,
    element: DType,
}

impl Stages<'_> {
    /// A grid with so many states along the axis.
    fn grid(&self, states: u64) -> Grid {
        let mut grid = self.layer.grid.clone();
        grid.axes[self.scan.axis as usize] = Axis::regular(states, 1);
        grid
    }

    /// What the totals before each add up to.
    fn carries(&self, builder: &mut Builder, totals: LayerId, grid: &Grid) -> LayerId {
        let blocks = grid.axes[self.scan.axis as usize].blocks();
        let mut inputs = vec![totals];
        if blocks > FAN_IN {
            let groups = self.grid(blocks.div_ceil(FAN_IN));
            let fan_in = u32::try_from(FAN_IN).expect("a small number");
            let combine = Combine {
                op: self.scan.op.clone(),
                axes: vec![ReduceAxis { axis: self.scan.axis, fan_in }],
                element: self.element,
                finish: None,
            };
            let sums = self.add(builder, vec![totals], &groups, Kind::Combine(combine));
            inputs.push(self.carries(builder, sums, &groups));
        }
        let carry = Carry { op: self.scan.op.clone(), axis: self.scan.axis, element: self.element };
        self.add(builder, inputs, grid, Kind::Carry(carry))
    }

    fn add(&self, builder: &mut Builder, inputs: Vec<LayerId>, grid: &Grid, kind: Kind) -> LayerId {
        builder.add(Layer { grid: grid.clone(), inputs, kind, ..self.layer.clone() })
    }
}
