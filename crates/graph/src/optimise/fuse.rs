//! Fuses what runs element by element: chains of maps become one program, sources and created blocks feed it
//! tile by tile, and a reduction takes the program in. Each input is read once and no block-sized temporary is
//! made.

use crate::{
    Arg, Create, Graph, Grid, Kind, Layer, LayerId, Map, Operand, Origin, Pair, Program, Source, Step,
};

use super::builder::{Builder, rebuild};

/// More operands or steps than this are left in a layer of their own, so that the registers of a program stay
/// in the first-level cache.
const MOST_OPERANDS: usize = 16;
const MOST_STEPS: usize = 64;

/// Fuses every map and every first stage of a reduction with what feeds it. A layer that several read is made once for
/// all of them, unless it is larger than `memory`: then each reads or computes it anew.
pub(super) fn fuse(graph: &Graph, memory: u64) -> Graph {
    let uses = graph.use_counts();
    let mut only_user = Vec::new();
    rebuild(graph, |builder, old, layer| {
        let layer = match layer.kind {
            Kind::Map(map) => {
                let place = Place { grid: &layer.grid, annotations: layer.annotations };
                let (map, inputs) = inline(builder, &only_user, place, map, &layer.inputs);
                Layer { inputs, kind: Kind::Map(map), ..layer }
            }
            Kind::Paired(map) => {
                let elements = Pair::elements(&layer.grid);
                let place = Place { grid: &elements, annotations: layer.annotations };
                let (map, inputs) = inline(builder, &only_user, place, *map, &layer.inputs);
                Layer { inputs, kind: Kind::Paired(Box::new(map)), ..layer }
            }
            Kind::Scanned(mut scanned) => {
                let (&carries, inputs) = layer.inputs.split_last().expect("carries are the last input");
                let place = Place { grid: &layer.grid, annotations: layer.annotations };
                let (map, mut inputs) = inline(builder, &only_user, place, scanned.map, inputs);
                scanned.map = map;
                inputs.push(carries);
                Layer { inputs, kind: Kind::Scanned(scanned), ..layer }
            }
            Kind::Partial(mut partial) => {
                let place = Place { grid: &partial.element_grid, annotations: layer.annotations };
                let (map, inputs) = inline(builder, &only_user, place, partial.map, &layer.inputs);
                partial.map = map;
                Layer { inputs, kind: Kind::Partial(partial), ..layer }
            }
            _ => layer,
        };
        let id = builder.add(layer);
        let is_too_large = builder.layer(id).nbytes().is_some_and(|bytes| bytes > memory);
        note(&mut only_user, id, uses[old as usize] == 1, is_too_large);
        id
    })
}

/// Remembers by new id whether a layer is made for one reader alone: it has no other, or is too large to be kept for
/// them. A layer that two old ones became has two readers.
fn note(only_user: &mut Vec<bool>, id: LayerId, single: bool, is_too_large: bool) {
    let id = id as usize;
    if id == only_user.len() {
        only_user.push(single || is_too_large);
    } else {
        only_user[id] = is_too_large;
    }
}

/// What runs a program.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The grid of the elements that it goes over.
    grid: &'a Grid,
    /// What is asked for its tasks: only layers of which the same is asked become a part of them.
    annotations: Option<u32>,
}

/// Takes the layers behind the operands of `map` into it where that saves a block.
fn inline(
    builder: &Builder,
    only_user: &[bool],
    place: Place<'_>,
    map: Map,
    inputs: &[LayerId],
) -> (Map, Vec<LayerId>) {
    let mut fused = Fused::default();
    let mut values = Vec::new();
    for operand in map.operands {
        let Origin::Input(slot) = operand.origin else {
            values.push(fused.operand(operand));
            continue;
        };
        let id = inputs[slot as usize];
        let layer = builder.layer(id);
        let aligned = operand.grid == *place.grid;
        let value = match &layer.kind {
            _ if layer.annotations != place.annotations => fused.input(operand, id),
            Kind::Map(inner) if aligned && only_user[id as usize] && fused.has_room(inner) => {
                fused.program(inner, &layer.inputs)
            }
            Kind::Source(source) if aligned && (source.is_cheap() || only_user[id as usize]) => {
                fused.operand(Operand { origin: Origin::Source(source.clone()), ..operand })
            }
            Kind::Create(create) if aligned || matches!(create, Create::Full { .. }) => {
                fused.operand(Operand {
                    origin: Origin::Create(create.clone()),
                    grid: place.grid.clone(),
                    ..operand
                })
            }
            _ => fused.input(operand, id),
        };
        values.push(value);
    }
    let (result, imaginary) = fused.append(&map.program, &values);
    let program = Program { steps: fused.steps, result, imaginary };
    (Map { program, operands: fused.operands }, fused.inputs)
}

impl Source {
    /// Whether reading a block again costs less than keeping it: nothing is decoded.
    fn is_cheap(&self) -> bool {
        self.decoded_chunks.is_none()
    }
}

/// A program that grows.
#[derive(Default)]
struct Fused {
    operands: Vec<Operand>,
    inputs: Vec<LayerId>,
    steps: Vec<Step>,
}

impl Fused {
    fn has_room(&self, inner: &Map) -> bool {
        self.operands.len() + inner.operands.len() <= MOST_OPERANDS
            && self.steps.len() + inner.program.steps.len() <= MOST_STEPS
    }

    /// An operand from a block of layer `id`.
    fn input(&mut self, operand: Operand, id: LayerId) -> Arg {
        let slot = find_or_push(&mut self.inputs, id);
        self.operand(Operand { origin: Origin::Input(slot), ..operand })
    }

    fn operand(&mut self, operand: Operand) -> Arg {
        Arg::Operand(find_or_push(&mut self.operands, operand))
    }

    /// All of another layer's program; gives its result.
    fn program(&mut self, inner: &Map, inputs: &[LayerId]) -> Arg {
        let values: Vec<Arg> = inner
            .operands
            .iter()
            .map(|operand| match operand.origin {
                Origin::Input(slot) => self.input(operand.clone(), inputs[slot as usize]),
                _ => self.operand(operand.clone()),
            })
            .collect();
        self.append(&inner.program, &values).0
    }

    /// Steps of a program whose operands have become `values`; a step that is there already is shared. Gives its results.
    fn append(&mut self, program: &Program, values: &[Arg]) -> (Arg, Option<Arg>) {
        let mut results: Vec<Arg> = Vec::with_capacity(program.steps.len());
        let renamed = |arg: Arg, results: &[Arg]| match arg {
            Arg::Operand(number) => values[number as usize],
            Arg::Step(number) => results[number as usize],
            Arg::Const(_) => arg,
        };
        for step in &program.steps {
            let mut step = step.clone();
            for arg in step.args_mut() {
                *arg = renamed(*arg, &results);
            }
            results.push(Arg::Step(find_or_push(&mut self.steps, step)));
        }
        (renamed(program.result, &results), program.imaginary.map(|arg| renamed(arg, &results)))
    }
}

fn find_or_push<T: PartialEq>(items: &mut Vec<T>, item: T) -> u32 {
    let position = items.iter().position(|known| *known == item).unwrap_or_else(|| {
        items.push(item);
        items.len() - 1
    });
    u32::try_from(position).expect("programs are short")
}
