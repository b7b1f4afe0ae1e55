//! Members of a cluster in this process: a scheduler, a worker, and clients of others.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use bramble_cluster::ClusterError;
use bramble_cluster::client::{Client, OnTasks, RunFailure, Submission};
use bramble_cluster::protocol::Surroundings;
use bramble_cluster::scheduler::{
    ALLOWED_FAILURES, SchedulerHandle, SchedulerOptions, SchedulerServer, Status,
};
use bramble_cluster::security::{ClusterKey, Security};
use bramble_cluster::transport::Address;
use bramble_cluster::worker::WorkerOptions;
use bramble_graph::Graph;
use bramble_runtime::{Buffer, Pantry};
use napi::Env;
use napi::bindgen_prelude::{Function, Object, Uint8Array};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

use crate::error::{Code, Error, Failure, Result, graph_error, internal};
use crate::members::{start_worker_with, tell, tell_end_of};
use crate::requests::{NativeWorkerCall, on_call_of};
use crate::run::{NativeAnswer, NativeOutcome, NativeProgress, NativeValue, long_size, size};

/// The threads of all members: they move bytes and decide, and compute nothing.
pub(crate) fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    let build =
        || Builder::new_multi_thread().worker_threads(1).thread_name("bramble-net").enable_all().build().ok();
    let refused = || Error::new(Code::OutOfMemory, "the threads of the cluster could not be started");
    RUNTIME.get_or_init(build).as_ref().ok_or_else(refused)
}

/// How a scheduler runs.
#[napi(object)]
pub struct NativeSchedulerOptions {
    /// Where it listens.
    pub listen: Vec<String>,
    /// The cluster's key; everybody is let in if there is none.
    pub key: Option<String>,
    /// A task fails when more workers than this have died while they ran it; by default, when more than two have.
    pub allowed_failures: Option<u32>,
}

/// A scheduler in this process, until it is closed.
#[napi]
pub struct ClusterScheduler {
    addresses: Vec<String>,
    handle: SchedulerHandle,
    stop: Arc<Notify>,
}

#[napi]
impl ClusterScheduler {
    /// Listens, which takes no time, and works on threads of its own. Calls of clients in this process are made by `on_call`.
    #[napi(constructor)]
    pub fn new(
        options: NativeSchedulerOptions,
        on_call: Option<Function<'_, NativeWorkerCall, ()>>,
    ) -> Result<ClusterScheduler> {
        let listen = options.listen.iter().map(|text| text.parse::<Address>());
        let listen = listen.collect::<std::result::Result<_, _>>().map_err(cluster_error)?;
        let options = SchedulerOptions {
            listen,
            security: security(options.key.as_deref())?,
            allowed_failures: options.allowed_failures.unwrap_or(ALLOWED_FAILURES),
            on_call: on_call.map(on_call_of).transpose()?,
            ..SchedulerOptions::default()
        };
        let server = runtime()?.block_on(SchedulerServer::bind(options)).map_err(cluster_error)?;
        let addresses = server.addresses().iter().map(ToString::to_string).collect();
        let (handle, stop) = (server.handle(), Arc::new(Notify::new()));
        let stopped = Arc::clone(&stop);
        runtime()?.spawn(server.serve(async move { stopped.notified().await }));
        Ok(ClusterScheduler { addresses, handle, stop })
    }

    /// Where it listens, with the ports that it got.
    #[napi]
    pub fn addresses(&self) -> Vec<String> {
        self.addresses.clone()
    }

    /// The cluster as it is now, in JSON; null when the scheduler was closed.
    #[napi(ts_return_type = "Promise<string | null>")]
    pub fn status<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        let handle = self.handle.clone();
        status(env, async move { handle.status().await })
    }

    /// Tells workers to leave, and ends.
    #[napi]
    pub fn close(&self) {
        self.stop.notify_one();
    }
}

fn status(env: &Env, ask: impl Future<Output = Option<Status>> + Send + 'static) -> Result<Object<'_>> {
    let (deferred, result) = env.create_deferred::<Option<String>, _>().map_err(internal)?;
    runtime()?.spawn(async move {
        let status = ask.await.and_then(|status| serde_json::to_string(&status).ok());
        deferred.resolve(move |_| Ok(status));
    });
    Ok(result)
}

/// How a worker runs.
#[napi(object)]
pub struct NativeWorkerOptions {
    /// Where the scheduler is.
    pub scheduler: String,
    /// Where others find it.
    pub listen: String,
    /// The cluster's key; everybody is let in if there is none.
    pub key: Option<String>,
    /// For people.
    pub name: String,
    /// Tasks at the same time; 0 for all cores.
    pub threads: u32,
    /// Bytes that its blocks may take.
    pub memory_limit: f64,
    /// Where blocks go for which memory has no room.
    pub spill_folder: String,
    /// Bytes that they may take there; no limit if nobody says.
    pub max_spill: Option<f64>,
    /// How much there is of things that tasks may ask for, by their names.
    pub resources: Option<HashMap<String, f64>>,
    /// The queue where executors take calls; 0 if there are none.
    pub queue: u32,
    /// Seconds that it looks for a scheduler; for ever if nobody says.
    pub patience: Option<f64>,
    /// What functions find around them.
    pub surroundings: NativeSurroundings,
    /// The number by which `workerEnded` will tell how this process ended; nobody will if it is absent.
    pub watch: Option<u32>,
}

/// Works for a scheduler; gives `{ result, stop }`. Calls beside the tasks are made by `on_call`.
#[napi(ts_return_type = "NativeMember")]
pub fn run_worker<'env>(
    env: &'env Env,
    options: NativeWorkerOptions,
    on_call: Option<Function<'_, NativeWorkerCall, ()>>,
) -> Result<Object<'env>> {
    let patience = options.patience.map(Duration::try_from_secs_f64);
    let worker = WorkerOptions {
        listen: options.listen.parse().map_err(cluster_error)?,
        security: security(options.key.as_deref())?,
        name: options.name,
        threads: options.threads as usize,
        memory: size(options.memory_limit) as u64,
        pantry: Pantry { folder: options.spill_folder.into(), most: options.max_spill.map(long_size) },
        surroundings: Some(options.surroundings.into()),
        resources: options.resources.into_iter().flatten().collect(),
        watch: options.watch.map_or(0, u64::from),
        tell,
        patience: patience
            .transpose()
            .map_err(|error| Error::new(Code::InvalidArgument, error.to_string()))?,
        ..WorkerOptions::new(options.scheduler.parse().map_err(cluster_error)?)
    };
    start_worker_with(env, worker, options.queue, on_call)
}

/// Tells a scheduler how the process of a worker ended; see `NativeWorkerOptions::watch`.
#[napi(ts_return_type = "Promise<void>")]
pub fn worker_ended(
    env: &Env,
    scheduler: String,
    key: Option<String>,
    watch: u32,
    how: String,
) -> Result<Object<'_>> {
    tell_end_of(env, &scheduler, security(key.as_deref())?, watch, how)
}

/// A key that nobody else has, for a cluster within this machine.
#[napi]
pub fn random_key() -> Result<String> {
    ClusterKey::random().map(|key| key.text()).map_err(crate::error::key_error)
}

/// A client, or why there is none.
#[napi(object)]
pub struct NativeConnection {
    /// Its number.
    pub client: Option<u32>,
    /// The number that the cluster has for it.
    pub id: Option<u32>,
    /// Why it could not connect.
    pub error: Option<Failure>,
}

fn clients() -> MutexGuard<'static, HashMap<u32, Client>> {
    static CLIENTS: OnceLock<Mutex<HashMap<u32, Client>>> = OnceLock::new();
    CLIENTS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn client_numbered(number: u32) -> Result<Client> {
    let closed = || Error::new(Code::SchedulerLost, "the client was closed");
    clients().get(&number).cloned().ok_or_else(closed)
}

/// Connects to a scheduler, trying again while `patience` lasts, in seconds. With `tls://` before the address connections
/// within this machine are encrypted too.
#[napi(ts_return_type = "Promise<NativeConnection>")]
pub fn connect_cluster(env: &Env, address: String, key: Option<String>, patience: f64) -> Result<Object<'_>> {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let encrypted = address.strip_prefix("tls://");
    if encrypted.is_some() && key.is_none() {
        return Err(Error::new(
            Code::InvalidArgument,
            "without a key nothing is encrypted: write tcp://, not tls://",
        ));
    }
    let security = security(key.as_deref())?;
    let security = if encrypted.is_some() { security.always_encrypted() } else { security };
    let address: Address = encrypted.unwrap_or(&address).parse().map_err(cluster_error)?;
    let patience = Duration::try_from_secs_f64(patience).unwrap_or(Duration::MAX);
    let (deferred, result) = env.create_deferred::<NativeConnection, _>().map_err(internal)?;
    runtime()?.spawn(async move {
        let connection = match Client::connect(&address, security, patience).await {
            Ok(client) => {
                let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
                client.on_waiting(tell);
                let id = client.id().0;
                clients().insert(number, client);
                NativeConnection { client: Some(number), id: Some(id), error: None }
            }
            Err(error) => NativeConnection { client: None, id: None, error: Some(Failure::from(&error)) },
        };
        deferred.resolve(move |_| Ok(connection));
    });
    Ok(result)
}

/// Ends a connection; what is under way fails.
#[napi]
pub fn close_client(client: u32) {
    if let Some(client) = clients().remove(&client) {
        client.close();
    }
}

/// The cluster of a client as it is now, in JSON; null when the connection has ended.
#[napi(ts_return_type = "Promise<string | null>")]
pub fn cluster_status(env: &Env, client: u32) -> Result<Object<'_>> {
    let client = client_numbered(client)?;
    status(env, async move { client.status().await })
}

/// What functions find around them on a worker, and here.
#[napi(object)]
pub struct NativeSurroundings {
    /// The version of Node.
    pub node: String,
    /// The name of the project environment, if it is one.
    pub environment: Option<String>,
    /// What its packages are.
    pub lock: Option<String>,
}

impl From<NativeSurroundings> for Surroundings {
    fn from(NativeSurroundings { node, environment, lock }: NativeSurroundings) -> Surroundings {
        Surroundings { node, environment, lock }
    }
}

impl From<Surroundings> for NativeSurroundings {
    fn from(Surroundings { node, environment, lock }: Surroundings) -> NativeSurroundings {
        NativeSurroundings { node, environment, lock }
    }
}

/// Surroundings that workers have, of each the name of one.
#[napi(object)]
pub struct NativeAllSurroundings {
    /// Which list this is.
    pub version: u32,
    /// All that differ.
    pub all: Vec<NativeSurroundings>,
    /// The name of a worker that has them.
    pub workers: Vec<String>,
}

/// What functions find around them on the workers of a cluster; null unless it has changed since a version.
#[napi]
pub fn cluster_surroundings(client: u32, since: u32) -> Result<Option<NativeAllSurroundings>> {
    let changed = client_numbered(client)?.surroundings(since);
    Ok(changed.map(|(version, list)| {
        let (all, workers) = list.into_iter().map(|(one, worker)| (one.into(), worker)).unzip();
        NativeAllSurroundings { version, all, workers }
    }))
}

/// Hands a graph in MessagePack to a cluster, with what its calls refer to, and gives `{ result, cancel }`. Bytes of
/// `buffers` must not change until it has ended. `on_tasks` is told, as JSON, when and where each task was done.
#[napi(ts_return_type = "NativeRun")]
pub fn run_on_cluster<'env>(
    env: &'env Env,
    client: u32,
    graph: Uint8Array,
    buffers: Vec<Uint8Array>,
    program: Option<Uint8Array>,
    on_progress: Function<'_, Vec<NativeProgress>, ()>,
    on_tasks: Option<Function<'_, String, ()>>,
) -> Result<Object<'env>> {
    let client = client_numbered(client)?;
    let graph = Graph::decode(&graph).map_err(graph_error)?;
    let on_progress = on_progress
        .build_threadsafe_function::<Vec<NativeProgress>>()
        .weak::<true>()
        .build()
        .map_err(internal)?;
    let batches = Arc::new(AtomicU32::new(0));
    let on_tasks = on_tasks.map(|tell| tell_done(tell, Arc::clone(&batches))).transpose()?;
    let (deferred, result) = env.create_deferred::<NativeOutcome, _>().map_err(internal)?;
    let submitted = client.submit(Submission {
        graph,
        program: program.map(|bytes| Arc::new(bytes) as Buffer),
        buffers: buffers.into_iter().map(|bytes| Arc::new(bytes) as Buffer).collect(),
        retries: 0,
        on_progress: Box::new(move |news| {
            let news = news.into_iter().map(NativeProgress::from).collect();
            on_progress.call(news, ThreadsafeFunctionCallMode::NonBlocking);
        }),
        on_tasks,
        on_end: Box::new(move |outcome| {
            deferred.resolve(move |_| {
                let task_batches = batches.load(Ordering::Relaxed);
                Ok(match outcome {
                    Ok(answers) => NativeOutcome {
                        answers: Some(answers.into_iter().map(NativeAnswer::from).collect()),
                        error: None,
                        task_batches,
                    },
                    Err(failure) => {
                        NativeOutcome { answers: None, error: Some(Failure::from(failure)), task_batches }
                    }
                })
            });
        }),
    });
    let mut handle = Object::new(env).map_err(internal)?;
    handle.set("result", result).map_err(internal)?;
    let cancel = env.create_function_from_closure::<(), (), _>("cancel", move |_| {
        submitted.cancel();
        Ok(())
    });
    handle.set("cancel", cancel.map_err(internal)?).map_err(internal)?;
    Ok(handle)
}

/// Tells a function of tasks that were done, and counts how often. It keeps the program alive until all is told.
fn tell_done(on_tasks: Function<'_, String, ()>, batches: Arc<AtomicU32>) -> Result<OnTasks> {
    let on_tasks = on_tasks.build_threadsafe_function::<String>().build().map_err(internal)?;
    Ok(Box::new(move |done| {
        if let Ok(done) = serde_json::to_string(&done) {
            batches.fetch_add(1, Ordering::Relaxed);
            on_tasks.call(done, ThreadsafeFunctionCallMode::NonBlocking);
        }
    }))
}

impl From<RunFailure> for Failure {
    fn from(failure: RunFailure) -> Failure {
        let RunFailure { code, message, layer, block, thrown } = failure;
        Failure {
            code,
            message,
            layer,
            block: block.map(|block| block.iter().map(|&number| number as f64).collect()),
            thrown: thrown.map(NativeValue::from),
            others: None,
        }
    }
}

impl From<&ClusterError> for Failure {
    fn from(error: &ClusterError) -> Failure {
        let code = cluster_code(error).name().to_owned();
        Failure { code, message: error.to_string(), layer: None, block: None, thrown: None, others: None }
    }
}

fn cluster_code(error: &ClusterError) -> Code {
    match error {
        ClusterError::Address { .. } | ClusterError::Several { .. } => Code::InvalidArgument,
        ClusterError::Security { .. } => Code::ClusterKey,
        ClusterError::Threads { .. } => Code::OutOfMemory,
        _ => Code::Network,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "given to map_err")]
pub(crate) fn cluster_error(error: ClusterError) -> Error {
    Error::new(cluster_code(&error), error.to_string())
}

/// What this process proves to others.
fn security(key: Option<&str>) -> Result<Security> {
    let Some(text) = key else { return Ok(Security::insecure()) };
    let unreadable = || Error::new(Code::ClusterKey, "this is no key of a cluster");
    let key = ClusterKey::parse(text).ok_or_else(unreadable)?;
    Security::with_key(key, None).map_err(|error| Error::new(Code::ClusterKey, error.to_string()))
}
