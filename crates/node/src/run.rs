//! Starts computations and hands back their answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bramble_array::{AlignedBuffer, Block, Encoded, Value};
use bramble_graph::{Axis, Graph, Grid};
use bramble_runtime::{
    Answer, Buffer, Calls, ExecutorId, LayerProgress, Memory, OnTasks, Run, RunError, RunOptions, SpanWorker,
    TaskSpan, Watch, WholeArray,
};
use napi::Env;
use napi::bindgen_prelude::{Float64Array, Function, Object, Uint8Array};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;

use crate::calls::queue_numbered;
use crate::error::{Code, Error, Failure, Result, graph_error, internal};

/// How to run a graph.
#[napi(object)]
pub struct NativeRunOptions {
    /// `threads` or `sync`.
    pub scheduler: String,
    /// Tasks at the same time; 0 for all cores.
    pub num_workers: u32,
    /// Bytes of memory that blocks may take.
    pub memory_limit: f64,
    /// The folder for blocks beyond.
    pub spill_folder: String,
    /// The queue where executors take calls; 0 if there are none.
    pub queue: u32,
    /// What calls refer to, for the executors. It is read while the graph runs, and must not change meanwhile.
    pub program: Option<Vec<Uint8Array>>,
    /// What the clock shows that times of tasks are told by, in milliseconds.
    pub now: f64,
}

/// How far a layer is.
#[napi(object)]
pub struct NativeProgress {
    /// Name of the layer.
    pub layer: String,
    /// Blocks made so far.
    pub done: f64,
    /// Blocks in all.
    pub total: f64,
}

/// Tasks that have run.
#[napi(object)]
pub struct NativeTasks {
    /// Names of all layers.
    pub layers: Vec<String>,
    /// One behind the other: layer, kind of worker (0 a core, 1 an executor) and its number, start and end in
    /// milliseconds since 1970, the number of axes and the block.
    pub spans: Float64Array,
}

/// A result in row-major order.
#[napi(object)]
pub struct NativeArray {
    /// Element type.
    pub dtype: String,
    /// Elements along each axis.
    pub shape: Vec<f64>,
    /// The bytes of the elements; memory of the core's own, not copied.
    pub data: Uint8Array,
    /// The blocks that it was made in: for each axis lengths of chunks and how many of them follow each other.
    pub grid: Vec<Vec<NativeChunks>>,
}

/// Neighbouring chunks of the same length.
#[napi(object)]
pub struct NativeChunks {
    /// Elements of each.
    pub length: f64,
    /// How many.
    pub count: f64,
}

/// What a function gave: elements, an encoded value, or a value that JavaScript holds.
#[napi(object)]
pub struct NativeValue {
    /// Elements.
    pub array: Option<NativeArray>,
    /// An encoded value.
    pub bytes: Option<Uint8Array>,
    /// Long data of the value.
    pub buffers: Option<Vec<Uint8Array>>,
    /// The number of a value that JavaScript holds.
    pub held: Option<f64>,
}

/// What an output gave: an array, or a value for each block.
#[napi(object)]
pub struct NativeAnswer {
    /// Of a layer of arrays.
    pub array: Option<NativeArray>,
    /// Of a layer of values.
    pub values: Option<Vec<NativeValue>>,
}

/// Either the answers or why there are none.
#[napi(object)]
pub struct NativeOutcome {
    /// One for each output, in order.
    pub answers: Option<Vec<NativeAnswer>>,
    /// What went wrong.
    pub error: Option<Failure>,
    /// How many batches of tasks were told; some may still be on their way.
    pub task_batches: u32,
}

/// Starts a graph in MessagePack and gives `{ result, cancel }`. Bytes of `buffers` are read while it runs and
/// must not change meanwhile. `on_tasks` is told when and where each task has run.
#[napi(ts_return_type = "NativeRun")]
pub fn run<'env>(
    env: &'env Env,
    graph: Uint8Array,
    buffers: Vec<Uint8Array>,
    options: NativeRunOptions,
    on_progress: Function<'_, Vec<NativeProgress>, ()>,
    on_tasks: Option<Function<'_, NativeTasks, ()>>,
) -> Result<Object<'env>> {
    let graph = Graph::decode(&graph).map_err(graph_error)?;
    let calls = match options.queue {
        0 => None,
        number => {
            let program = shared(options.program.unwrap_or_default());
            Some(Calls { queue: queue_numbered(number)?, program: Arc::new(program) })
        }
    };
    let on_progress = on_progress
        .build_threadsafe_function::<Vec<NativeProgress>>()
        .weak::<true>()
        .build()
        .map_err(internal)?;
    let batches = Arc::new(AtomicU32::new(0));
    let on_tasks =
        on_tasks.map(|on_tasks| tell_tasks(on_tasks, options.now, Arc::clone(&batches))).transpose()?;
    let (deferred, result) = env.create_deferred::<NativeOutcome, _>().map_err(internal)?;
    let options = RunOptions {
        workers: if options.scheduler == "sync" { 1 } else { options.num_workers as usize },
        in_turn: options.scheduler == "sync",
        calls,
        memory: Memory { limit: size(options.memory_limit), folder: options.spill_folder.into() },
        on_progress: Box::new(move |news| {
            let news = news.into_iter().map(NativeProgress::from).collect();
            on_progress.call(news, ThreadsafeFunctionCallMode::NonBlocking);
        }),
        on_end: Box::new(move |outcome| {
            let task_batches = batches.load(Ordering::Relaxed);
            deferred.resolve(move |_| Ok(NativeOutcome { task_batches, ..NativeOutcome::from(outcome) }));
        }),
    };
    let run = Run::start_traced(graph, shared(buffers), options, on_tasks);

    handle(env, result, run).map_err(internal)
}

/// Bytes of JavaScript's as all threads may read them.
fn shared(bytes: Vec<Uint8Array>) -> Vec<Buffer> {
    bytes.into_iter().map(|bytes| Arc::new(bytes) as Buffer).collect()
}

/// Tells a function of tasks that have run, and counts how often. It keeps the program alive until all is told.
fn tell_tasks(on_tasks: Function<'_, NativeTasks, ()>, now: f64, batches: Arc<AtomicU32>) -> Result<Watch> {
    let on_tasks = on_tasks.build_threadsafe_function::<NativeTasks>().build().map_err(internal)?;
    let on_tasks: OnTasks = Box::new(move |plan, spans| {
        let layers = plan.layers().iter().map(|planned| planned.layer.name.clone()).collect();
        let spans = spans.iter().flat_map(numbers_of).collect::<Vec<f64>>().into();
        batches.fetch_add(1, Ordering::Relaxed);
        on_tasks.call(NativeTasks { layers, spans }, ThreadsafeFunctionCallMode::NonBlocking);
    });
    Ok(Watch { now, on_tasks })
}

fn numbers_of(span: &TaskSpan) -> Vec<f64> {
    let worker = match span.worker {
        SpanWorker::Core(number) => [0.0, number as f64],
        SpanWorker::Executor(ExecutorId(number)) => [1.0, number as f64],
    };
    let mut numbers = vec![f64::from(span.layer), worker[0], worker[1], span.start, span.end];
    numbers.push(span.block.len() as f64);
    numbers.extend(span.block.iter().map(|&number| number as f64));
    numbers
}

/// A size from JavaScript; more than this machine can address is all of it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the conversion saturates")]
pub(crate) fn size(bytes: f64) -> usize {
    bytes as usize
}

/// The same of something that may be larger than what can be addressed.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the conversion saturates")]
pub(crate) fn long_size(bytes: f64) -> u64 {
    bytes as u64
}

/// What JavaScript holds of a run: its promise, and a function that stops it.
fn handle<'env>(env: &'env Env, result: Object<'env>, run: Run) -> napi::Result<Object<'env>> {
    let mut handle = Object::new(env)?;
    handle.set("result", result)?;
    let cancel = env.create_function_from_closure::<(), (), _>("cancel", move |_| {
        run.cancel();
        Ok(())
    })?;
    handle.set("cancel", cancel)?;
    Ok(handle)
}

/// A graph in MessagePack task by task, as JSON; `most` tasks at most are listed.
#[napi]
pub fn outline(graph: Uint8Array, optimised: bool, most: u32) -> Result<String> {
    let outline = Graph::decode(&graph).map_err(graph_error)?.outline(optimised, most as usize);
    serde_json::to_string(&outline).map_err(|error| Error::new(Code::Internal, error.to_string()))
}

/// A graph in MessagePack after the rewrites whose layers TypeScript can write down too.
#[napi]
pub fn simplify(graph: Uint8Array) -> Result<Uint8Array> {
    let graph = Graph::decode(&graph).map_err(graph_error)?;
    Ok(bramble_graph::optimise::simplify(&graph).encode().into())
}

/// The layers of a graph in MessagePack, as written and as they would run.
#[napi]
pub fn explain(graph: Uint8Array) -> Result<String> {
    Ok(Graph::decode(&graph).map_err(graph_error)?.explain())
}

impl From<LayerProgress> for NativeProgress {
    fn from(progress: LayerProgress) -> NativeProgress {
        NativeProgress { layer: progress.layer, done: progress.done as f64, total: progress.total as f64 }
    }
}

impl From<std::result::Result<Vec<Answer>, RunError>> for NativeOutcome {
    fn from(outcome: std::result::Result<Vec<Answer>, RunError>) -> NativeOutcome {
        match outcome {
            Ok(answers) => NativeOutcome {
                answers: Some(answers.into_iter().map(NativeAnswer::from).collect()),
                error: None,
                task_batches: 0,
            },
            Err(error) => {
                NativeOutcome { answers: None, error: Some(Failure::from(&error)), task_batches: 0 }
            }
        }
    }
}

impl From<Answer> for NativeAnswer {
    fn from(answer: Answer) -> NativeAnswer {
        match answer {
            Answer::Array(array) => NativeAnswer { array: Some((*array).into()), values: None },
            Answer::Values(blocks) => {
                let values = blocks.into_iter().map(NativeValue::from).collect();
                NativeAnswer { array: None, values: Some(values) }
            }
        }
    }
}

impl From<Block> for NativeValue {
    fn from(block: Block) -> NativeValue {
        match block {
            Block::Chunk(chunk) => {
                let grid = Grid::new(chunk.shape().iter().map(|&n| Axis::regular(n as u64, n as u64)));
                let array = NativeArray::from(WholeArray { chunk, grid });
                NativeValue { array: Some(array), bytes: None, buffers: None, held: None }
            }
            Block::Value(value) => value.into(),
            Block::State(_) => NativeValue { array: None, bytes: None, buffers: None, held: None },
        }
    }
}

impl From<Value> for NativeValue {
    fn from(value: Value) -> NativeValue {
        match value {
            Value::Encoded(encoded) => {
                let Encoded { bytes, buffers } = Arc::unwrap_or_clone(encoded);
                let buffers = buffers.into_iter().map(unshared).collect();
                NativeValue { array: None, bytes: Some(bytes.into()), buffers: Some(buffers), held: None }
            }
            Value::Held(held) => {
                NativeValue { array: None, bytes: None, buffers: None, held: Some(held.number() as f64) }
            }
        }
    }
}

impl From<WholeArray> for NativeArray {
    fn from(WholeArray { chunk, grid }: WholeArray) -> NativeArray {
        let dtype = chunk.dtype().name().to_owned();
        let shape = chunk.shape().iter().map(|&length| length as f64).collect();
        // A value may be the result of several tasks.
        let data =
            if chunk.is_shared() { chunk.bytes().to_vec().into() } else { external(chunk.into_data()) };
        let chunks =
            |run: &bramble_graph::Run| NativeChunks { length: run.length as f64, count: run.count as f64 };
        let grid = grid.axes.iter().map(|axis| axis.runs.iter().map(chunks).collect()).collect();
        NativeArray { dtype, shape, data, grid }
    }
}

/// Bytes for JavaScript: copied only if somebody else may look at them.
fn unshared(buffer: Arc<AlignedBuffer>) -> Uint8Array {
    if Arc::strong_count(&buffer) == 1 { external(buffer) } else { buffer.to_vec().into() }
}

/// Bytes as memory that JavaScript sees, not copied: they live until their buffer is collected. Nobody else may
/// look at them any more.
pub(crate) fn external(data: Arc<AlignedBuffer>) -> Uint8Array {
    let (start, length) = (data.as_ptr().cast_mut(), data.len());
    // SAFETY: the bytes live and stay where they are until `data` is dropped, which the finalizer does; no Rust
    // code reads them any more.
    unsafe { Uint8Array::with_external_data(start, length, move |_, _| drop(data)) }
}
