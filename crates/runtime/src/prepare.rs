//! Makes the layers of a plan ready to execute: programs are compiled and stores opened once, before the first
//! task.

use std::sync::Arc;

use bramble_array::{CompiledProgram, Reduction};
use bramble_graph::{
    Along, Assign, Axis, Create, DType, Diagonal, Finish, Grid, Kind, Layer, LinearOp, Map, Origin, Overlap,
    Permute, Plan, Select, Take, Trim,
};

use crate::sinks::{Sinks, Writer};
use crate::stores::{Buffer, Reader};
use crate::{RunError, TaskError};

/// What is executed for the blocks of each layer.
pub(crate) struct Prepared {
    plan: Arc<Plan>,
    works: Vec<Work>,
    sinks: Sinks,
}

/// How a block of a layer is made.
pub(crate) enum Work {
    Source(Reader),
    Create(Create),
    Map(Elements),
    /// A program with two results.
    Paired(Elements),
    Partial {
        elements: Elements,
        reduction: Reduction,
        axes: Vec<u32>,
        finish: Option<Finish>,
    },
    Combine {
        reduction: Reduction,
        axes: Vec<u32>,
        finish: Option<Finish>,
    },
    Select(Select),
    Gather,
    Write(Writer),
    /// By a function of the language above.
    Called,
    /// Its blocks come from elsewhere.
    Lent,
    Permute(Permute),
    Reshape,
    Concatenate,
    Diagonal(Diagonal),
    Compress {
        axis: usize,
    },
    Along(Along),
    Linear(LinearOp),
    Overlap(Overlap),
    Trim(Trim),
    Carry {
        reduction: Reduction,
    },
    Scanned {
        elements: Elements,
        reduction: Reduction,
        axis: usize,
    },
    Take(Take),
    Assign(Assign),
}

/// An element-wise program with what feeds it.
pub(crate) struct Elements {
    pub(crate) program: CompiledProgram,
    pub(crate) operands: Vec<Operand>,
    /// Blocks of the program's result.
    pub(crate) grid: Grid,
}

/// An operand of a program.
pub(crate) struct Operand {
    pub(crate) dtype: DType,
    pub(crate) grid: Grid,
    pub(crate) from: From,
}

/// What feeds an operand.
pub(crate) enum From {
    /// A block that the task was given, by its number.
    Input(usize),
    /// A store.
    Reader(Reader),
    /// Nothing: elements are made from their position.
    Create(Create),
}

impl Prepared {
    /// Prepares all layers.
    pub(crate) fn new(plan: &Arc<Plan>, buffers: &[Buffer]) -> Result<Prepared, RunError> {
        let mut sinks = Sinks::default();
        let works = plan.layers().iter().map(|planned| {
            let layer = &planned.layer;
            let work = match &layer.kind {
                Kind::Write(write) => {
                    let written = plan.layer(layer.inputs[0]).layer.dtype;
                    sinks.begin(write, written).map(Work::Write).map_err(TaskError::from)
                }
                _ => Work::new(layer, buffers),
            };
            work.map_err(|source| RunError::Prepare { layer: layer.name.clone(), source: Box::new(source) })
        });
        Ok(Prepared { works: works.collect::<Result<_, _>>()?, plan: Arc::clone(plan), sinks })
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What is written.
    pub(crate) fn sinks(&self) -> &Sinks {
        &self.sinks
    }

    /// Whether tasks of a layer read parts of their inputs, one after the other.
    pub(crate) fn reads_parts(&self, layer: bramble_graph::LayerId) -> bool {
        matches!(self.work(layer), Work::Gather)
    }

    /// The bytes of stored chunks that a task of a layer holds decoded at once, beside its blocks.
    pub(crate) fn decoded_room(&self, layer: bramble_graph::LayerId) -> usize {
        match self.work(layer) {
            Work::Source(reader) => reader.decoded_room(&longest(&self.plan.layer(layer).layer.grid)),
            Work::Map(elements)
            | Work::Paired(elements)
            | Work::Partial { elements, .. }
            | Work::Scanned { elements, .. } => {
                elements.operands.iter().map(Operand::decoded_room).fold(0, usize::saturating_add)
            }
            _ => 0,
        }
    }

    pub(crate) fn work(&self, layer: bramble_graph::LayerId) -> &Work {
        &self.works[layer as usize]
    }
}

/// The length of the longest chunk of each axis.
fn longest(grid: &Grid) -> Vec<u64> {
    grid.axes.iter().map(Axis::longest).collect()
}

impl Operand {
    fn decoded_room(&self) -> usize {
        match &self.from {
            From::Reader(reader) => reader.decoded_room(&longest(&self.grid)),
            From::Input(_) | From::Create(_) => 0,
        }
    }
}

impl Work {
    fn new(layer: &Layer, buffers: &[Buffer]) -> Result<Work, TaskError> {
        Ok(match &layer.kind {
            Kind::Source(source) => Work::Source(Reader::open(source, layer.dtype, buffers)?),
            Kind::Create(create) => Work::Create(create.clone()),
            Kind::Map(map) => Work::Map(Elements::new(map, layer.dtype, &layer.grid, buffers)?),
            Kind::Paired(map) => {
                let elements = Grid::new(layer.grid.axes.iter().take(layer.grid.ndim() - 1).cloned());
                Work::Paired(Elements::new(map, layer.dtype, &elements, buffers)?)
            }
            Kind::Partial(partial) => Work::Partial {
                elements: Elements::new(&partial.map, partial.element, &partial.element_grid, buffers)?,
                reduction: Reduction::new(&partial.op, partial.element)?,
                axes: partial.axes.clone(),
                finish: partial.finish.clone(),
            },
            Kind::Combine(combine) => Work::Combine {
                reduction: Reduction::new(&combine.op, combine.element)?,
                axes: combine.axes.iter().map(|reduced| reduced.axis).collect(),
                finish: combine.finish.clone(),
            },
            Kind::Select(select) => Work::Select(select.clone()),
            Kind::Gather(_) => Work::Gather,
            Kind::Call(_) | Kind::Tasks(_) => Work::Called,
            Kind::Permute(permute) => Work::Permute(permute.clone()),
            Kind::Reshape(_) => Work::Reshape,
            Kind::Concatenate(_) => Work::Concatenate,
            Kind::Diagonal(diagonal) => Work::Diagonal(diagonal.clone()),
            Kind::Take(take) => Work::Take(take.clone()),
            Kind::Assign(assign) => Work::Assign(assign.clone()),
            Kind::Compress(compress) => Work::Compress { axis: compress.axis as usize },
            Kind::Write(_) => unreachable!("begun with all that is written"),
            Kind::Along(along) => Work::Along(along.clone()),
            Kind::Linear(linear) => Work::Linear(linear.op),
            Kind::Overlap(overlap) => Work::Overlap(overlap.clone()),
            Kind::Trim(trim) => Work::Trim(trim.clone()),
            Kind::Lent(_) => Work::Lent,
            Kind::Carry(carry) => Work::Carry { reduction: Reduction::new(&carry.op, carry.element)? },
            Kind::Scanned(scanned) => Work::Scanned {
                elements: Elements::new(&scanned.map, scanned.element, &layer.grid, buffers)?,
                reduction: Reduction::new(&scanned.op, scanned.element)?,
                axis: scanned.axis as usize,
            },
            Kind::Reduce(_) | Kind::Scan(_) | Kind::Pair(_) => {
                unreachable!("plans have their reductions, scans and pairs lowered")
            }
        })
    }
}

impl Elements {
    fn new(map: &Map, dtype: DType, grid: &Grid, buffers: &[Buffer]) -> Result<Elements, TaskError> {
        let dtypes: Vec<DType> = map.operands.iter().map(|operand| operand.dtype).collect();
        let program = CompiledProgram::new(&map.program, &dtypes)?;
        if program.dtype() != dtype {
            return Err(TaskError::ResultType { expected: dtype, actual: program.dtype() });
        }
        let operands = map.operands.iter().map(|operand| {
            let from = match &operand.origin {
                Origin::Input(slot) => From::Input(*slot as usize),
                Origin::Source(source) => From::Reader(Reader::open(source, operand.dtype, buffers)?),
                Origin::Create(create) => From::Create(create.clone()),
            };
            Ok::<_, TaskError>(Operand { dtype: operand.dtype, grid: operand.grid.clone(), from })
        });
        Ok(Elements { program, operands: operands.collect::<Result<_, _>>()?, grid: grid.clone() })
    }
}
