//! The programs of a cluster: a scheduler with its HTTP server, and a worker.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bramble_cluster::ClusterError;
use bramble_cluster::discovery::{Announcer, Found, find};
use bramble_cluster::http::HttpServer;
use bramble_cluster::scheduler::{ALLOWED_FAILURES, SchedulerHandle, SchedulerOptions, SchedulerServer};
use bramble_cluster::security::{CertificateFiles, KeyPlace, Security};
use bramble_cluster::transport::Address;
use bramble_cluster::worker::WorkerOptions;
use bramble_runtime::Pantry;
use napi::Env;
use napi::bindgen_prelude::{Function, Object};
use napi_derive::napi;
use tokio::sync::watch;

use crate::cluster::{NativeSurroundings, cluster_error, runtime};
use crate::error::{Code, Error, Failure, Result, internal, key_error};
use crate::members::{start_member, start_worker_with, tell, tell_end_of, until};
use crate::requests::{NativeWorkerCall, on_call_of};
use crate::run::{long_size, size};

/// Whom a program lets in, and how it proves who it is.
#[napi(object)]
pub struct NativeSecurity {
    /// The folder of the cluster's key.
    pub folder: String,
    /// Whether everybody is let in.
    pub insecure: bool,
    /// Whether connections within the machine are encrypted too.
    pub encrypts_always: bool,
    /// Files of certificates: of the CA, one's own, and its private key. All or none.
    pub certificates: Option<Vec<String>>,
}

/// How a scheduler runs.
#[napi(object)]
pub struct NativeSchedulerProgramOptions {
    /// The address where it listens.
    pub host: String,
    /// The port; 0 for any free one.
    pub port: u16,
    /// The address of its HTTP server; none if there is to be none.
    pub http_host: Option<String>,
    /// The port of its HTTP server; another one if it is taken.
    pub http_port: Option<u16>,
    /// Whom it lets in.
    pub security: NativeSecurity,
    /// It ends when it has had nothing to do for so many seconds.
    pub idle_timeout: Option<f64>,
    /// The folder where it writes down what happens, so that it goes on when it was killed and is started again.
    pub journal: Option<String>,
    /// A task fails when more workers than this have died while they ran it; by default, when more than two have.
    pub allowed_failures: Option<u32>,
    /// The name of this machine, if workers are to find the scheduler without an address.
    pub announce_as: Option<String>,
}

/// How a worker runs.
#[napi(object)]
pub struct NativeWorkerProgramOptions {
    /// Where the scheduler is.
    pub scheduler: String,
    /// The address where it listens; `0.0.0.0` for all.
    pub host: String,
    /// The port; 0 for any free one.
    pub port: u16,
    /// Whom it lets in, and how it proves who it is.
    pub security: NativeSecurity,
    /// For people.
    pub name: String,
    /// Tasks at the same time.
    pub threads: u32,
    /// Bytes that its blocks may take.
    pub memory: f64,
    /// Bytes that its process may take with all that is in it; no limit if nobody says.
    pub process_memory: Option<f64>,
    /// Where blocks go for which memory has no room.
    pub spill_folder: String,
    /// Bytes that they may take there; no limit if nobody says.
    pub max_spill: Option<f64>,
    /// How much there is of things that tasks may ask for, by their names.
    pub resources: Option<HashMap<String, f64>>,
    /// The queue where executors take calls; 0 if there are none.
    pub queue: u32,
    /// How many seconds it looks for a scheduler; for ever if nobody says.
    pub patience: Option<f64>,
    /// What functions find around them.
    pub surroundings: NativeSurroundings,
    /// The number by which `workerProgramEnded` will tell how this process ended; nobody will if it is absent.
    pub watch: Option<u32>,
}

/// Starts a scheduler and gives `{ port, httpPort, fingerprint, announced, result, stop }`. Calls of clients in this process are made
/// by `on_call`.
#[napi(ts_return_type = "NativeSchedulerProgram")]
pub fn start_scheduler<'env>(
    env: &'env Env,
    options: NativeSchedulerProgramOptions,
    on_call: Option<Function<'_, NativeWorkerCall, ()>>,
) -> Result<Object<'env>> {
    let (security, fingerprint) = security_of(&options.security, Role::Scheduler)?;
    let listen = vec![Address::Tcp { host: options.host.clone(), port: options.port }];
    let on_call = on_call.map(on_call_of).transpose()?;
    let (server, http, announcer) = runtime()?.block_on(async {
        let journal = options.journal.clone().map(Into::into);
        let allowed_failures = options.allowed_failures.unwrap_or(ALLOWED_FAILURES);
        let bind = SchedulerOptions {
            listen,
            security,
            tell,
            journal,
            allowed_failures,
            on_call,
            ..SchedulerOptions::default()
        };
        let server = SchedulerServer::bind(bind).await.map_err(cluster_error)?;
        let announcer = announcer(&options, &server).await.map_err(cluster_error)?;
        Ok::<_, Error>((server, bind_http(&options).await?, announcer))
    })?;
    let announced = announcer.as_ref().map(|announcer| announcer.name().to_owned());
    let http_port = http.as_ref().map(|http| http.address().port());
    let port = port_of(&server);
    let (stop, stopped) = watch::channel(false);
    let serve = async move {
        let handle = server.handle();
        let quiet = until_idle(handle.clone(), options.idle_timeout.and_then(seconds));
        let shutdown = async {
            tokio::select! { () = until(stopped.clone()) => {}, () = quiet => {} }
        };
        let (end, ended) = watch::channel(false);
        let pages = async {
            if let Some(http) = http {
                http.serve(Arc::new(handle.clone()), until(ended.clone())).await;
            }
        };
        let announcing = async {
            if let Some(announcer) = announcer {
                announcer.run(until(ended.clone())).await;
            }
        };
        let work = async {
            server.serve(shutdown).await;
            let _ = end.send(true);
        };
        tokio::join!(work, pages, announcing);
        Ok(())
    };
    let mut started = start_member(env, serve, stop)?;
    started.set("port", port).map_err(internal)?;
    started.set("httpPort", http_port).map_err(internal)?;
    started.set("fingerprint", fingerprint).map_err(internal)?;
    if let Some(announced) = announced {
        started.set("announced", announced).map_err(internal)?;
    }
    Ok(started)
}

/// Starts a worker and gives `{ result, stop }`. Calls beside the tasks are made by `on_call`.
#[napi(ts_return_type = "NativeMember")]
pub fn start_worker<'env>(
    env: &'env Env,
    options: NativeWorkerProgramOptions,
    on_call: Option<Function<'_, NativeWorkerCall, ()>>,
) -> Result<Object<'env>> {
    let (security, _) = security_of(&options.security, Role::Worker)?;
    let scheduler: Address = options.scheduler.parse().map_err(cluster_error)?;
    let worker = WorkerOptions {
        listen: Address::Tcp { host: options.host, port: options.port },
        security,
        name: options.name,
        threads: options.threads as usize,
        memory: size(options.memory) as u64,
        process_memory: options.process_memory.map(long_size),
        pantry: Pantry { folder: options.spill_folder.into(), most: options.max_spill.map(long_size) },
        resources: options.resources.into_iter().flatten().collect(),
        watch: options.watch.map_or(0, u64::from),
        patience: options.patience.and_then(seconds),
        surroundings: Some(options.surroundings.into()),
        tell,
        ..WorkerOptions::new(scheduler)
    };
    start_worker_with(env, worker, options.queue, on_call)
}

/// A scheduler that was found, or why there is none.
#[napi(object)]
pub struct NativeFound {
    /// What it calls itself.
    pub name: Option<String>,
    /// Where it listens.
    pub address: Option<String>,
    /// Why there is none.
    pub error: Option<Failure>,
}

/// Finds the scheduler that announces itself on the networks that see a host of this machine. It looks for so many seconds,
/// or for ever if nobody says. It never rejects.
#[napi(ts_return_type = "Promise<NativeFound>")]
pub fn find_scheduler(env: &Env, host: String, patience: Option<f64>) -> Result<Object<'_>> {
    let (deferred, found) = env.create_deferred::<NativeFound, _>().map_err(internal)?;
    runtime()?.spawn(async move {
        let found = match find(&host, patience.and_then(seconds), tell).await {
            Ok(Found { name, address }) => {
                NativeFound { name: Some(name), address: Some(address.to_string()), error: None }
            }
            Err(error) => NativeFound { name: None, address: None, error: Some(Failure::from(&error)) },
        };
        deferred.resolve(move |_| Ok(found));
    });
    Ok(found)
}

/// Tells a scheduler how the process of a worker ended; see `NativeWorkerProgramOptions::watch`.
#[napi(ts_return_type = "Promise<void>")]
pub fn worker_program_ended(
    env: &Env,
    scheduler: String,
    security: NativeSecurity,
    watch: u32,
    how: String,
) -> Result<Object<'_>> {
    let (security, _) = security_of(&security, Role::Worker)?;
    tell_end_of(env, &scheduler, security, watch, how)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Scheduler,
    Worker,
}

/// The security that was asked for, and the fingerprint of its key. A scheduler makes the key on its first start.
fn security_of(asked: &NativeSecurity, role: Role) -> Result<(Security, Option<String>)> {
    if asked.insecure {
        return Ok((Security::insecure(), None));
    }
    let place = KeyPlace::new(Path::new(&asked.folder));
    let key = if role == Role::Scheduler { place.find_or_make() } else { place.find() };
    let key = key.map_err(key_error)?;
    let files = match asked.certificates.as_deref() {
        None => None,
        Some([ca, certificate, key]) => {
            Some(CertificateFiles { ca: ca.into(), certificate: certificate.into(), key: key.into() })
        }
        Some(_) => return Err(Error::new(Code::InvalidArgument, "certificates are three files")),
    };
    let fingerprint = key.fingerprint();
    let security = Security::with_key(key, files.as_ref())
        .map_err(|error| Error::new(Code::ClusterKey, error.to_string()))?;
    Ok((if asked.encrypts_always { security.always_encrypted() } else { security }, Some(fingerprint)))
}

/// What says where a scheduler is, if somebody wants it.
async fn announcer(
    options: &NativeSchedulerProgramOptions,
    server: &SchedulerServer,
) -> std::result::Result<Option<Announcer>, ClusterError> {
    let Some(machine) = &options.announce_as else { return Ok(None) };
    let port = port_of(server).unwrap_or(options.port);
    Announcer::new(machine, &options.host, port).await.map(Some)
}

/// The port where a scheduler listens.
fn port_of(server: &SchedulerServer) -> Option<u16> {
    server.addresses().iter().find_map(|address| match address {
        Address::Tcp { port, .. } => Some(*port),
        Address::Inproc { .. } => None,
    })
}

/// The HTTP server, at another port if its own is taken: the numbers are wanted most when something else goes wrong.
async fn bind_http(options: &NativeSchedulerProgramOptions) -> Result<Option<HttpServer>> {
    let (Some(host), Some(port)) = (&options.http_host, options.http_port) else { return Ok(None) };
    let bound = match HttpServer::bind((host.as_str(), port)).await {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            HttpServer::bind((host.as_str(), 0)).await
        }
        bound => bound,
    };
    let failed =
        |source| cluster_error(ClusterError::Listen { address: format!("http://{host}:{port}"), source });
    bound.map(Some).map_err(failed)
}

/// Until there was nothing to do for a while; for ever if there is no such while.
async fn until_idle(handle: SchedulerHandle, timeout: Option<Duration>) {
    let Some(timeout) = timeout else { return std::future::pending().await };
    let mut idle_since = tokio::time::Instant::now();
    while idle_since.elapsed() < timeout {
        tokio::time::sleep(timeout.div_f64(10.0).min(Duration::from_secs(1))).await;
        let Some(status) = handle.status().await else { return };
        if !status.runs.is_empty() {
            idle_since = tokio::time::Instant::now();
        }
    }
}

fn seconds(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok()
}
