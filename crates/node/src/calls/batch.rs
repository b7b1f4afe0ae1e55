//! Writes calls as numbers. JavaScript reads an array of numbers much faster than objects that are made for it one
//! by one.
//!
//! ```text
//! batch   n released, those, calls
//! call    ticket, layer, function, arguments, values?, n axes, chunk numbers, info, n slots, slots
//! info    0, or 1 and for each axis: start, length (NaN if unknown), chunks
//! slot    -1 and a block, or the length of a list and its blocks
//! block   0 chunk: dtype, n axes, lengths, buffer
//!         1 encoded value: offset, length, n buffers, first buffer
//!         2 held value: number
//!         3 value that is a number: that
//! ```

use std::sync::Arc;

use bramble_array::{AlignedBuffer, ArrayError, Block, Value};
use bramble_graph::{DType, Kind, Layer, NONE, Plan};
use bramble_runtime::{Given, Input};
use napi::bindgen_prelude::Uint8Array;

use super::{NativeBatch, number};
use crate::error::{Code, Error, Result};
use crate::run::external;

/// A batch that grows.
#[derive(Default)]
pub(super) struct Writer {
    head: Vec<f64>,
    payload: Vec<u8>,
    buffers: Vec<Uint8Array>,
}

impl Writer {
    pub(super) fn released(&mut self, numbers: &[u64]) {
        self.head.push(numbers.len() as f64);
        self.head.extend(numbers.iter().map(|&number| number as f64));
    }

    pub(super) fn call(&mut self, call: Given, plan: &Plan) -> Result<()> {
        let layer = &plan.layer(call.layer).layer;
        let (function, arguments, info) = match &layer.kind {
            Kind::Call(called) => (called.function, called.arguments, called.info),
            Kind::Tasks(tasks) => {
                let task = usize::try_from(call.block[0]).expect("tasks lie in memory");
                (tasks.functions[task], tasks.arguments[task], false)
            }
            _ => (NONE, NONE, false),
        };
        self.head.extend([f64::from(call.ticket), f64::from(call.layer), f64::from(function)]);
        self.head.extend([f64::from(arguments), f64::from(u8::from(layer.kind.gives_values()))]);
        self.head.push(call.block.len() as f64);
        self.head.extend(call.block.iter().map(|&number| number as f64));
        self.info(layer, &call.block, info);
        let lists = lists(layer, &call, plan);
        self.head.push(lists.len() as f64);
        let mut inputs = call.inputs.into_iter();
        for list in lists {
            self.head.push(list.map_or(-1.0, |length| length as f64));
            for input in inputs.by_ref().take(list.unwrap_or(1)) {
                self.block(input)?;
            }
        }
        Ok(())
    }

    fn info(&mut self, layer: &Layer, block: &[u64], wanted: bool) {
        if !wanted {
            return self.head.push(0.0);
        }
        self.head.push(1.0);
        for (axis, &number) in layer.grid.axes.iter().zip(block) {
            let extent = axis.extent(number);
            let place =
                if axis.is_known() { [extent.start as f64, extent.length as f64] } else { [f64::NAN; 2] };
            self.head.extend([place[0], place[1], axis.blocks() as f64]);
        }
    }

    fn block(&mut self, Input { block, own }: Input) -> Result<()> {
        match block {
            Block::Chunk(chunk) => {
                self.head.extend([0.0, dtype_number(chunk.dtype()), chunk.shape().len() as f64]);
                self.head.extend(chunk.shape().iter().map(|&length| length as f64));
                self.head.push(self.buffers.len() as f64);
                self.buffer(chunk.into_data(), own)?;
            }
            Block::Value(Value::Encoded(encoded)) => {
                if let Some(number) = number::decode(&encoded.bytes) {
                    self.head.extend([3.0, number]);
                    return Ok(());
                }
                self.head.extend([1.0, self.payload.len() as f64, encoded.bytes.len() as f64]);
                self.head.extend([encoded.buffers.len() as f64, self.buffers.len() as f64]);
                self.payload.extend(&encoded.bytes);
                for buffer in &encoded.buffers {
                    self.buffer(Arc::clone(buffer), own)?;
                }
            }
            Block::Value(Value::Held(held)) => self.head.extend([2.0, held.number() as f64]),
            Block::State(_) => {
                return Err(Error::new(Code::InvalidGraph, "a function of the state of a reduction"));
            }
        }
        Ok(())
    }

    /// Hands memory over without a copy where nobody else looks at it, since a function may write to it.
    fn buffer(&mut self, data: Arc<AlignedBuffer>, own: bool) -> Result<()> {
        let data =
            if own { data } else { Arc::new(AlignedBuffer::copy_of(&data[..]).map_err(out_of_memory)?) };
        self.buffers.push(external(data));
        Ok(())
    }

    pub(super) fn finish(self, run: u64, traced: bool) -> NativeBatch {
        NativeBatch {
            run: run as f64,
            traced,
            head: self.head.into(),
            payload: (!self.payload.is_empty()).then(|| self.payload.into()),
            buffers: (!self.buffers.is_empty()).then_some(self.buffers),
        }
    }
}

/// For each slot of a call the length of its list, or nothing for a single block.
fn lists(layer: &Layer, call: &Given, plan: &Plan) -> Vec<Option<usize>> {
    let Kind::Call(called) = &layer.kind else { return vec![None; call.inputs.len()] };
    let has_lists = called.reads.iter().flatten().any(|project| project.is_list());
    if !has_lists {
        return vec![None; call.inputs.len()];
    }
    let dependencies = plan.dependencies(call.layer, &call.block);
    let length = |(read, dependency): (&bramble_graph::Read, &bramble_graph::Dependency)| {
        read.iter().any(|project| project.is_list()).then(|| dependency.each().count())
    };
    called.reads.iter().zip(&dependencies).map(length).collect()
}

fn dtype_number(dtype: DType) -> f64 {
    DType::ALL.iter().position(|&known| known == dtype).map_or(f64::NAN, |number| number as f64)
}

pub(super) fn out_of_memory(error: ArrayError) -> Error {
    Error::new(Code::OutOfMemory, error.to_string())
}
