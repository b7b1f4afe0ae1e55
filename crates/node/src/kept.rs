//! Graphs whose output blocks stay on the workers of a cluster.

use std::sync::Arc;

use bramble_cluster::client::{Keeping, KeptNews};
use bramble_cluster::protocol::Loan;
use bramble_graph::Graph;
use bramble_runtime::Buffer;
use napi::Env;
use napi::bindgen_prelude::{Function, Object, Uint8Array, Uint32Array};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;

use crate::cluster::client_numbered;
use crate::error::{Code, Error, Failure, Result, graph_error, internal};
use crate::run::{NativeAnswer, NativeOutcome, NativeValue};

/// What has become of blocks that are kept.
#[napi(object)]
pub struct NativeKeptNews {
    /// The number of the graph.
    pub run: u32,
    /// Tasks that were done, as JSON, if the graph is followed.
    pub tasks: Option<String>,
    /// The numbers of blocks that were made.
    pub made: Option<Vec<u32>>,
    /// The number of a block that has failed; of none if the whole graph is over.
    pub failed: Option<u32>,
    /// Why.
    pub error: Option<Failure>,
}

/// Who hears what becomes of blocks that a client keeps.
#[napi]
pub fn watch_kept(client: u32, on_news: Function<'_, NativeKeptNews, ()>) -> Result<()> {
    let client = client_numbered(client)?;
    let on_news =
        on_news.build_threadsafe_function::<NativeKeptNews>().weak::<true>().build().map_err(internal)?;
    client.watch(Box::new(move |run, news| {
        let nothing = NativeKeptNews { run, tasks: None, made: None, failed: None, error: None };
        let news = match news {
            KeptNews::Tasks(done) => NativeKeptNews { tasks: serde_json::to_string(&done).ok(), ..nothing },
            KeptNews::Made(numbers) => {
                let made = numbers.into_iter().map(small).collect();
                NativeKeptNews { made: Some(made), ..nothing }
            }
            KeptNews::Failed(number, failure) => {
                NativeKeptNews { failed: Some(small(number)), error: Some(failure.into()), ..nothing }
            }
            KeptNews::Over(failure) => NativeKeptNews { error: Some(failure.into()), ..nothing },
        };
        on_news.call(news, ThreadsafeFunctionCallMode::NonBlocking);
    }));
    Ok(())
}

/// The number of a block, as JavaScript gave it once.
fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Hands in a graph whose output blocks stay on the workers, and gives its number. `loans` has, one behind the other,
/// a block, the graph that has it, and its number there. Bytes of `buffers` must not change until all blocks are made.
/// If it is followed, its tasks are told as news.
#[napi]
pub fn keep_on_cluster(
    client: u32,
    graph: Uint8Array,
    buffers: Vec<Uint8Array>,
    program: Option<Uint8Array>,
    retries: u32,
    loans: Uint32Array,
    is_followed: bool,
) -> Result<u32> {
    let client = client_numbered(client)?;
    let graph = Graph::decode(&graph).map_err(graph_error)?;
    let loans = loans
        .chunks_exact(3)
        .map(|loan| Loan { block: loan[0].into(), run: loan[1], source: loan[2].into() })
        .collect();
    let kept = client.keep(Keeping {
        graph,
        program: program.map(|bytes| Arc::new(bytes) as Buffer),
        buffers: buffers.into_iter().map(|bytes| Arc::new(bytes) as Buffer).collect(),
        retries,
        loans,
        is_followed,
    });
    kept.ok_or_else(|| Error::new(Code::SchedulerLost, "the connection to the scheduler has ended"))
}

/// Gets blocks of a graph that is kept, as soon as they are there; the answer is one of values.
#[napi(ts_return_type = "Promise<NativeOutcome>")]
pub fn get_kept(env: &Env, client: u32, run: u32, numbers: Vec<u32>) -> Result<Object<'_>> {
    let client = client_numbered(client)?;
    let (deferred, result) = env.create_deferred::<NativeOutcome, _>().map_err(internal)?;
    let numbers = numbers.into_iter().map(u64::from).collect();
    client.get(
        run,
        numbers,
        Box::new(move |given| {
            deferred.resolve(move |_| {
                Ok(match given {
                    Ok(blocks) => {
                        let values = blocks.into_iter().map(NativeValue::from).collect();
                        let answers = vec![NativeAnswer { array: None, values: Some(values) }];
                        NativeOutcome { answers: Some(answers), error: None, task_batches: 0 }
                    }
                    Err(failure) => {
                        NativeOutcome { answers: None, error: Some(Failure::from(failure)), task_batches: 0 }
                    }
                })
            });
        }),
    );
    Ok(result)
}

/// Nobody wants these blocks any more.
#[napi]
pub fn release_kept(client: u32, run: u32, numbers: Vec<u32>) {
    if let Ok(client) = client_numbered(client) {
        client.release(run, numbers.into_iter().map(u64::from).collect());
    }
}

/// Makes blocks that failed once more.
#[napi]
pub fn retry_kept(client: u32, run: u32, numbers: Vec<u32>) -> Result<()> {
    client_numbered(client)?.retry(run, numbers.into_iter().map(u64::from).collect());
    Ok(())
}

/// Nobody wants anything of a graph that is kept any more.
#[napi]
pub fn abandon_kept(client: u32, run: u32) {
    if let Ok(client) = client_numbered(client) {
        client.abandon(run);
    }
}
