//! Turns a reduction into its tree: a partial state for every block, then stages that merge neighbours.
//!
//! ```text
//! 10 blocks, fan-in 4:   partial x 10 ── combine x 3 ── combine x 1, finished
//! ```
//!
//! The tree depends on the grid alone, so every scheduler gives the same bits.

use crate::{
    Axis, Combine, DType, Finish, Graph, Grid, Kind, Layer, LayerId, Map, Operand, Origin, Pair, Partial,
    Program, Reduce, ReduceAxis,
};

use super::builder::{Builder, rebuild};
use super::lower_scans::lower_scan;

/// Replaces every [`Kind::Reduce`], [`Kind::Scan`] and [`Kind::Pair`].
pub(crate) fn lower_reductions(graph: &Graph) -> Graph {
    rebuild(graph, |builder, _, layer| match &layer.kind {
        Kind::Reduce(reduce) => lower(builder, &layer, reduce),
        Kind::Scan(scan) => lower_scan(builder, &layer, scan),
        Kind::Pair(_) => {
            let map = Pair::lower(builder.layer(layer.inputs[0]));
            builder.add(Layer { kind: Kind::Paired(Box::new(map)), ..layer })
        }
        _ => builder.add(layer),
    })
}

fn lower(builder: &mut Builder, layer: &Layer, reduce: &Reduce) -> LayerId {
    let input = builder.layer(layer.inputs[0]);
    let finish = Finish { keepdims: reduce.keepdims, ddof: reduce.ddof };
    let stage = Stage { layer, reduce, element: input.dtype, finish };
    let elements = stage.elements(input);

    let mut grid = elements.grid.clone();
    for reduced in &reduce.axes {
        let axis = &mut grid.axes[reduced.axis as usize];
        *axis = Axis::regular(axis.blocks(), 1);
    }
    let mut last = stage.partial(builder, elements, &grid);
    while !stage.is_done(&grid) {
        for reduced in &reduce.axes {
            let axis = &mut grid.axes[reduced.axis as usize];
            *axis = Axis::regular(axis.blocks().div_ceil(u64::from(reduced.fan_in)), 1);
        }
        last = stage.combine(builder, last, &grid);
    }
    last
}

/// What all stages of one tree share.
struct Stage<'a> {
    layer: &'a Layer,
    reduce: &'a Reduce,
    element: DType,
    finish: Finish,
}

/// What is reduced.
struct Elements {
    grid: Grid,
    map: Map,
    inputs: Vec<LayerId>,
}

impl Stage<'_> {
    /// The blocks of the input; of pairs those of the parts that they are made of.
    fn elements(&self, input: &Layer) -> Elements {
        match &input.kind {
            Kind::Paired(map) if self.reduce.reads_pairs() => Elements {
                grid: Pair::elements(&input.grid),
                map: Map::clone(map),
                inputs: input.inputs.clone(),
            },
            _ => {
                let (dtype, grid) = (input.dtype, input.grid.clone());
                let operand = Operand { dtype, grid: grid.clone(), origin: Origin::Input(0) };
                let map = Map { program: Program::identity(), operands: vec![operand] };
                Elements { grid, map, inputs: vec![self.layer.inputs[0]] }
            }
        }
    }

    fn is_done(&self, grid: &Grid) -> bool {
        self.reduce.axes.iter().all(|reduced| grid.axes[reduced.axis as usize].blocks() == 1)
    }

    fn partial(&self, builder: &mut Builder, elements: Elements, grid: &Grid) -> LayerId {
        let partial = Partial {
            op: self.reduce.op.clone(),
            axes: self.reduce.axes.iter().map(|reduced| reduced.axis).collect(),
            map: elements.map,
            element: self.element,
            element_grid: elements.grid,
            finish: self.finish_at(grid),
        };
        self.add(builder, elements.inputs, grid, Kind::Partial(Box::new(partial)))
    }

    fn combine(&self, builder: &mut Builder, input: LayerId, grid: &Grid) -> LayerId {
        let axes: Vec<ReduceAxis> = self.reduce.axes.clone();
        let combine =
            Combine { op: self.reduce.op.clone(), axes, element: self.element, finish: self.finish_at(grid) };
        self.add(builder, vec![input], grid, Kind::Combine(combine))
    }

    fn finish_at(&self, grid: &Grid) -> Option<Finish> {
        self.is_done(grid).then(|| self.finish.clone())
    }

    fn add(&self, builder: &mut Builder, inputs: Vec<LayerId>, grid: &Grid, kind: Kind) -> LayerId {
        // The last stage gives the result itself, whose grid may lack the reduced axes.
        let grid = if self.is_done(grid) { &self.layer.grid } else { grid };
        builder.add(Layer { grid: grid.clone(), inputs, kind, ..self.layer.clone() })
    }
}
