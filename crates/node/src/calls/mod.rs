//! Calls of JavaScript functions: executors take them in batches and hand in what came of them.

mod batch;
mod number;
mod results;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use bramble_array::{AlignedBuffer, Released};
use bramble_graph::Plan;
use bramble_runtime::{CallQueue, CalledProgram, ExecutorId};
use napi::bindgen_prelude::{Float64Array, Function, Uint8Array};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;

use crate::error::{Code, Error, Result, internal};
use crate::run::external;
use batch::Writer;

/// Calls for an executor, in numbers that `src/executors/batch.ts` reads.
#[napi(object)]
pub struct NativeBatch {
    /// Tells runs apart.
    pub run: f64,
    /// Whether somebody wants to know when each call was made.
    pub traced: bool,
    /// The calls.
    pub head: Float64Array,
    /// Encoded values, one behind the other.
    pub payload: Option<Uint8Array>,
    /// Long data.
    pub buffers: Option<Vec<Uint8Array>>,
}

/// What the calls of a run refer to.
#[napi(object)]
pub struct NativeProgram {
    /// A copy of what was handed over with the run, part by part.
    pub parts: Vec<Uint8Array>,
    /// Names of the layers, by the numbers that calls have for them.
    pub layers: Vec<String>,
}

/// Takes calls from a queue, in the thread that made it.
#[napi]
pub struct CallExecutor {
    queue: Arc<CallQueue>,
    id: ExecutorId,
    /// Values that JavaScript holds and that nobody needs any more.
    released: Arc<Released>,
    /// What the calls of the last batch refer to; the program lives as long as its run.
    last: Option<(Arc<Plan>, Weak<CalledProgram>)>,
}

#[napi]
impl CallExecutor {
    /// Joins a queue as number `id`. `on_work` is called when there is something to do after there was nothing, and
    /// when calls were stopped. `passes_on`: it passes what it takes on to another process, so that functions write
    /// to copies. It stays in the queue until `lose_executor`.
    #[napi(constructor)]
    pub fn new(queue: u32, id: u32, passes_on: bool, on_work: Function<'_, (), ()>) -> Result<CallExecutor> {
        let queue = queue_numbered(queue)?;
        let on_work = on_work.build_threadsafe_function::<()>().weak::<true>().build().map_err(internal)?;
        let id = ExecutorId(id.into());
        queue.join(
            id,
            passes_on,
            Box::new(move || {
                on_work.call((), ThreadsafeFunctionCallMode::NonBlocking);
            }),
        );
        Ok(CallExecutor { queue, id, released: Arc::default(), last: None })
    }

    /// Hands in how calls ended, and takes up to `limit` calls of one run; none for a limit of 0. With nothing to
    /// take, `on_work` will be called.
    #[napi]
    pub fn exchange(
        &mut self,
        head: &[f64],
        payload: &[u8],
        buffers: Vec<Uint8Array>,
        limit: u32,
    ) -> Result<Option<NativeBatch>> {
        if !head.is_empty() {
            let (results, times) = results::read(head, payload, &buffers, &self.released)?;
            if !times.is_empty() {
                self.queue.note_times(self.id, times);
            }
            self.queue.hand_in(self.id, results);
        }
        if limit == 0 {
            return Ok(None);
        }
        let Some(batch) = self.queue.take(self.id, limit as usize) else { return Ok(None) };
        let mut writer = Writer::default();
        writer.released(&self.released.take());
        for call in batch.calls {
            writer.call(call, &batch.plan)?;
        }
        self.last = Some((batch.plan, Arc::downgrade(&batch.program)));
        Ok(Some(writer.finish(batch.run, batch.traced)))
    }

    /// What the calls of the last batch refer to.
    #[napi]
    pub fn describe(&self) -> Result<Option<NativeProgram>> {
        let Some((plan, program)) = &self.last else { return Ok(None) };
        let program = program.upgrade().unwrap_or_default();
        let layers = plan.layers().iter().map(|planned| planned.layer.name.clone()).collect();
        let parts = program.iter().map(|part| {
            let copy = AlignedBuffer::copy_of((**part).as_ref()).map_err(batch::out_of_memory)?;
            Ok(external(Arc::new(copy)))
        });
        Ok(Some(NativeProgram { parts: parts.collect::<Result<_>>()?, layers }))
    }

    /// Values of this executor that nobody needs any more.
    #[napi]
    pub fn released(&self) -> Float64Array {
        self.released.take().into_iter().map(|number| number as f64).collect::<Vec<_>>().into()
    }

    /// A call waits for something and leaves its place to others, or goes on.
    #[napi]
    pub fn set_aside(&self, ticket: u32, waits: bool) {
        self.queue.set_aside(self.id, ticket, waits);
    }

    /// The tickets of calls that were stopped.
    #[napi]
    pub fn stopped(&self) -> Vec<u32> {
        self.queue.stopped(self.id)
    }
}

/// An executor has died; what it holds goes to others.
#[napi]
pub fn lose_executor(queue: u32, id: u32, why: String) -> Result<()> {
    queue_numbered(queue)?.leave(ExecutorId(id.into()), &why);
    Ok(())
}

/// Gives up every executor of a queue that holds calls of stopped runs, and says which.
#[napi]
pub fn give_up_stopped(queue: u32) -> Result<Vec<f64>> {
    Ok(queue_numbered(queue)?.give_up_stopped().into_iter().map(|ExecutorId(id)| id as f64).collect())
}

#[derive(Default)]
struct Queues {
    made: u32,
    open: HashMap<u32, Arc<CallQueue>>,
}

/// A new queue, by a number that all threads know it by.
#[napi]
pub fn open_call_queue() -> u32 {
    let mut queues = queues();
    queues.made += 1;
    let number = queues.made;
    queues.open.insert(number, Arc::default());
    number
}

/// No more executors join a queue.
#[napi]
pub fn close_call_queue(number: u32) {
    queues().open.remove(&number);
}

/// An open queue.
pub(crate) fn queue_numbered(number: u32) -> Result<Arc<CallQueue>> {
    let queue = queues().open.get(&number).map(Arc::clone);
    queue.ok_or_else(|| Error::new(Code::Internal, format!("no queue {number} of calls is open")))
}

fn queues() -> MutexGuard<'static, Queues> {
    static QUEUES: OnceLock<Mutex<Queues>> = OnceLock::new();
    QUEUES.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}
