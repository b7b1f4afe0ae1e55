//! Reads how calls ended, in numbers that JavaScript wrote.
//!
//! ```text
//! result  ticket, form, and
//!         0 chunk: dtype, n axes, lengths, buffer
//!         1 encoded value: offset, length, n buffers, first buffer
//!         2 held value: number
//!         3 encoded error, as 1
//!         4 held error, as 2
//!         5 not started
//!         6 when it was made, beside how it ended: start and end in milliseconds of the watcher's clock
//!         7 value that is a number: that
//! ```

use std::sync::Arc;

use bramble_array::{AlignedBuffer, Block, Chunk, Encoded, Held, Released, Shape, Value};
use bramble_graph::DType;
use bramble_runtime::Outcome;
use napi::bindgen_prelude::Uint8Array;

use super::batch::out_of_memory;
use super::number;
use crate::error::{Code, Error, Result};

/// With the tickets of calls how they ended, and when they were made where that was told.
type Results = (Vec<(u32, Outcome)>, Vec<(u32, f64, f64)>);

/// The number that stands for times.
const TIMES: f64 = 6.0;

/// All results.
pub(super) fn read(
    head: &[f64],
    payload: &[u8],
    buffers: &[Uint8Array],
    released: &Arc<Released>,
) -> Result<Results> {
    let mut reader = Reader { head: head.iter(), payload, buffers, released };
    let (mut results, mut times) = (Vec::new(), Vec::new());
    while let Some(&ticket) = reader.head.next() {
        let ticket = to_integer(ticket)?;
        if reader.head.as_slice().first() == Some(&TIMES) {
            reader.head.next();
            times.push((ticket, reader.float()?, reader.float()?));
        } else {
            results.push((ticket, reader.outcome()?));
        }
    }
    Ok((results, times))
}

struct Reader<'a> {
    head: std::slice::Iter<'a, f64>,
    payload: &'a [u8],
    buffers: &'a [Uint8Array],
    released: &'a Arc<Released>,
}

impl Reader<'_> {
    fn outcome(&mut self) -> Result<Outcome> {
        Ok(match self.number::<u8>()? {
            0 => Outcome::Made(Block::Chunk(self.chunk()?)),
            1 => Outcome::Made(Block::Value(self.encoded()?)),
            2 => Outcome::Made(Block::Value(self.held()?)),
            3 => Outcome::Thrown(self.encoded()?),
            4 => Outcome::Thrown(self.held()?),
            5 => Outcome::Returned,
            7 => Outcome::Made(Block::Value(self.number_value()?)),
            form => return Err(malformed(&format!("form {form}"))),
        })
    }

    fn chunk(&mut self) -> Result<Chunk> {
        let dtype = *DType::ALL.get(self.number::<usize>()?).ok_or_else(|| malformed("dtype"))?;
        let ndim = self.number::<usize>()?;
        let shape: Shape = (0..ndim).map(|_| self.number::<usize>()).collect::<Result<_>>()?;
        let data = self.number::<usize>()?;
        let data = AlignedBuffer::copy_of(&self.buffer(data)?[..]).map_err(out_of_memory)?;
        Chunk::new(dtype, &shape, data).map_err(|error| malformed(&error.to_string()))
    }

    fn encoded(&mut self) -> Result<Value> {
        let (offset, length) = (self.number::<usize>()?, self.number::<usize>()?);
        let (count, first) = (self.number::<usize>()?, self.number::<usize>()?);
        let bytes = offset.checked_add(length).and_then(|end| self.payload.get(offset..end));
        let bytes = bytes.ok_or_else(|| malformed("payload"))?.to_vec();
        let buffers = (first..first + count).map(|number| {
            let copy = AlignedBuffer::copy_of(&self.buffer(number)?[..]).map_err(out_of_memory)?;
            Ok(Arc::new(copy))
        });
        let buffers = buffers.collect::<Result<_>>()?;
        Ok(Value::Encoded(Arc::new(Encoded { bytes, buffers })))
    }

    fn number_value(&mut self) -> Result<Value> {
        let bytes = number::encode(self.float()?);
        Ok(Value::Encoded(Arc::new(Encoded { bytes, buffers: Vec::new() })))
    }

    fn held(&mut self) -> Result<Value> {
        let number = u64::from(self.number::<u32>()?);
        Ok(Value::Held(Arc::new(Held::new(number, Arc::clone(self.released)))))
    }

    fn buffer(&self, number: usize) -> Result<&Uint8Array> {
        self.buffers.get(number).ok_or_else(|| malformed("buffer"))
    }

    fn number<T: TryFrom<u64>>(&mut self) -> Result<T> {
        to_integer(self.float()?)
    }

    fn float(&mut self) -> Result<f64> {
        self.head.next().copied().ok_or_else(|| malformed("end"))
    }
}

fn to_integer<T: TryFrom<u64>>(number: f64) -> Result<T> {
    // Negative numbers and fractions do not come from our own writer; a cast makes them something that fails later.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let whole = number as u64;
    T::try_from(whole).map_err(|_| malformed("number"))
}

fn malformed(what: &str) -> Error {
    Error::new(Code::Internal, format!("malformed results of calls: {what}"))
}
