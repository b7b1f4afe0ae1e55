//! The scheduler and the worker.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use bramble_cluster::ClusterError;
use bramble_cluster::discovery::{Announcer, find};
use bramble_cluster::http::HttpServer;
use bramble_cluster::scheduler::{SchedulerOptions, SchedulerServer};
use bramble_cluster::security::{KeyError, KeyPlace, Security, SecurityError};
use bramble_cluster::transport::Address;
use bramble_cluster::worker::{WorkerOptions, serve};
use bramble_runtime::Pantry;
use serde_json::json;
use tokio::sync::watch;

use crate::arguments::{Entry, SchedulerArguments, WorkerArguments};
use crate::machine::{block_memory, cache_folder, host_name, settings_folder, total_memory};
use crate::signals::until_stopped;

/// Why a program ended that nobody had told to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProgramError {
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Security(#[from] SecurityError),
    #[error("the dashboard can't have {place}: {source}")]
    Dashboard { place: String, source: std::io::Error },
    #[error("{} can't be written: {source}", path.display())]
    File { path: std::path::PathBuf, source: std::io::Error },
    #[error("no threads can be started: {0}")]
    Threads(std::io::Error),
    #[error("/proc/meminfo can't be read: give --memory-limit a size")]
    Memory,
}

/// Runs a scheduler until a signal comes.
pub(crate) fn scheduler(options: &SchedulerArguments) -> Result<(), ProgramError> {
    let stopped = until_stopped();
    let (security, fingerprint) = security(&options.entry, KeyPlace::find_or_make)?;
    runtime()?.block_on(async {
        let listen = vec![Address::Tcp { host: options.host.clone(), port: options.port }];
        let journal = options.journal.clone();
        let allowed_failures = options.allowed_failures;
        let bind = SchedulerOptions {
            listen,
            security,
            tell,
            journal,
            allowed_failures,
            ..SchedulerOptions::default()
        };
        let server = SchedulerServer::bind(bind).await?;
        let http = match &options.dashboard {
            Some((host, port)) => Some(bind_http(host.as_ref().unwrap_or(&options.host), *port).await?),
            None => None,
        };
        let addresses: Vec<String> = server.addresses().iter().map(ToString::to_string).collect();
        let _file = options.scheduler_file.as_deref().map(|path| write_file(path, &addresses)).transpose()?;
        let announcer = announcer(options, &server).await?;
        say_where(&addresses, http.as_ref(), fingerprint.as_deref());
        let handle = server.handle();
        let pages = async {
            if let Some(http) = http {
                http.serve(Arc::new(handle), until(stopped.clone())).await;
            }
        };
        let announcing = async {
            if let Some(announcer) = announcer {
                announcer.run(until(stopped.clone())).await;
            }
        };
        tokio::join!(server.serve(until(stopped.clone())), pages, announcing);
        Ok(())
    })
}

/// Runs a worker until a signal comes, or until its scheduler says that it should leave.
pub(crate) fn worker(options: WorkerArguments) -> Result<(), ProgramError> {
    let stopped = until_stopped();
    let (security, _) = security(&options.entry, KeyPlace::find)?;
    let total = total_memory().ok_or(ProgramError::Memory)?;
    let runtime = runtime()?;
    let scheduler = if let Some(scheduler) = options.scheduler {
        scheduler
    } else {
        let found = runtime.block_on(async {
            tokio::select! {
                () = until(stopped.clone()) => Ok(None),
                found = find(&options.host, options.patience, tell) => found.map(Some),
            }
        })?;
        let Some(found) = found else { return Ok(()) };
        tell(&format!("found the scheduler {} at {}", found.name, found.address));
        found.address
    };
    let setup = WorkerOptions {
        listen: Address::Tcp { host: options.host, port: options.port },
        security,
        name: options.name.unwrap_or_else(host_name),
        threads: options.threads,
        memory: block_memory(options.memory, total),
        pantry: Pantry {
            folder: options.spill_folder.unwrap_or_else(|| cache_folder().join("spill")),
            most: options.max_spill,
        },
        resources: options.resources,
        patience: options.patience,
        tell,
        code_of: |error| error.code().name(),
        ..WorkerOptions::new(scheduler)
    };
    tell(&format!("worker {} for the scheduler at {}, without Node", setup.name, setup.scheduler));
    Ok(runtime.block_on(serve(setup, until(stopped)))?)
}

fn security(
    entry: &Entry,
    find: fn(&KeyPlace) -> Result<bramble_cluster::security::ClusterKey, KeyError>,
) -> Result<(Security, Option<String>), ProgramError> {
    if entry.insecure {
        return Ok((Security::insecure(), None));
    }
    let folder = entry.key_folder.clone().unwrap_or_else(settings_folder);
    let key = find(&KeyPlace::new(&folder))?;
    let fingerprint = key.fingerprint();
    Ok((Security::with_key(key, None)?, Some(fingerprint)))
}

/// Threads that move bytes and decide; kernels have a pool of their own.
fn runtime() -> Result<tokio::runtime::Runtime, ProgramError> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(1).thread_name("bramble-net").enable_all().build().map_err(ProgramError::Threads)
}

/// What says where a scheduler is, if somebody wants it.
async fn announcer(
    options: &SchedulerArguments,
    server: &SchedulerServer,
) -> Result<Option<Announcer>, ClusterError> {
    let port = server.addresses().iter().find_map(|address| match address {
        Address::Tcp { port, .. } => Some(*port),
        Address::Inproc { .. } => None,
    });
    let Some(port) = port.filter(|_| options.announces) else { return Ok(None) };
    let announcer = Announcer::new(&host_name(), &options.host, port).await?;
    tell(&format!("announced as {}: workers in this network need no address", announcer.name()));
    Ok(Some(announcer))
}

async fn bind_http(host: &str, port: u16) -> Result<HttpServer, ProgramError> {
    let failed = |source| ProgramError::Dashboard { place: format!("{host}:{port}"), source };
    HttpServer::bind((host, port)).await.map_err(failed)
}

/// A file that says where the scheduler is, for as long as it runs.
struct SchedulerFile<'a>(&'a Path);

impl Drop for SchedulerFile<'_> {
    fn drop(&mut self) {
        // Somebody may have taken it away.
        let _ = fs::remove_file(self.0);
    }
}

/// Written whole: whoever waits for the file may read it at once.
fn write_file<'a>(path: &'a Path, addresses: &[String]) -> Result<SchedulerFile<'a>, ProgramError> {
    let failed = |source| ProgramError::File { path: path.to_owned(), source };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let content = json!({ "address": addresses.first(), "addresses": addresses, "pid": std::process::id() });
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    writeln!(file, "{content}").map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(SchedulerFile(path))
}

fn say_where(addresses: &[String], http: Option<&HttpServer>, fingerprint: Option<&str>) {
    let mut lines: Vec<String> =
        addresses.iter().map(|address| format!("Scheduler at    {address}")).collect();
    lines.extend(http.map(|http| format!("Dashboard at    http://{}/status", http.address())));
    lines.extend(addresses.first().map(|address| {
        format!("Start a worker  bramble worker {}", address.strip_prefix("tcp://").unwrap_or(address))
    }));
    lines.extend(fingerprint.map(|fingerprint| format!("Cluster key     {fingerprint}")));
    // Nobody may read it.
    let _ = writeln!(std::io::stdout(), "{}", lines.join("\n"));
}

async fn until(mut stopped: watch::Receiver<bool>) {
    if stopped.wait_for(|stopped| *stopped).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// What a program says goes to standard error.
fn tell(words: &str) {
    let _ = writeln!(std::io::stderr(), "bramble: {words}");
}
