//! How members of a cluster run beside the JavaScript thread, which holds their end and a function that stops them.

use bramble_cluster::ClusterError;
use bramble_cluster::security::Security;
use bramble_cluster::transport::Address;
use bramble_cluster::worker::{WorkerOptions, serve, tell_end};
use napi::Env;
use napi::bindgen_prelude::{Function, Object};
use napi_derive::napi;
use tokio::sync::watch;

use crate::calls::queue_numbered;
use crate::cluster::{cluster_error, runtime};
use crate::error::{Failure, Result, internal};
use crate::requests::{NativeWorkerCall, on_call_of};

/// How the work of a member ended.
#[napi(object)]
pub struct NativeEnd {
    /// Why, if it did not end because somebody wanted it.
    pub error: Option<Failure>,
}

/// Starts a worker. Executors take the calls of its tasks from a queue; there are none if its number is 0. Other calls
/// are made by `on_call`. Gives `{ result, stop }`.
pub(crate) fn start_worker_with<'env>(
    env: &'env Env,
    options: WorkerOptions,
    queue: u32,
    on_call: Option<Function<'_, NativeWorkerCall, ()>>,
) -> Result<Object<'env>> {
    let options = WorkerOptions {
        calls: if queue == 0 { None } else { Some(queue_numbered(queue)?) },
        on_call: on_call.map(on_call_of).transpose()?,
        code_of: |error| error.code().name(),
        ..options
    };
    let (stop, stopped) = watch::channel(false);
    start_member(env, serve(options, until(stopped)), stop)
}

/// Starts a member and gives `{ result, stop }`.
pub(crate) fn start_member(
    env: &Env,
    member: impl Future<Output = std::result::Result<(), ClusterError>> + Send + 'static,
    stop: watch::Sender<bool>,
) -> Result<Object<'_>> {
    let (deferred, result) = env.create_deferred::<NativeEnd, _>().map_err(internal)?;
    runtime()?.spawn(async move {
        let error = member.await.err().map(|error| Failure::from(&error));
        deferred.resolve(move |_| Ok(NativeEnd { error }));
    });
    let mut started = Object::new(env).map_err(internal)?;
    started.set("result", result).map_err(internal)?;
    let stop = env
        .create_function_from_closure::<(), (), _>("stop", move |_| {
            // It may have ended by itself.
            let _ = stop.send(true);
            Ok(())
        })
        .map_err(internal)?;
    started.set("stop", stop).map_err(internal)?;
    Ok(started)
}

/// Tells a scheduler how the process of a worker ended that is watched under this number, and gives a promise that settles
/// when it knows, or cannot be told.
pub(crate) fn tell_end_of<'env>(
    env: &'env Env,
    scheduler: &str,
    security: Security,
    watch: u32,
    how: String,
) -> Result<Object<'env>> {
    let scheduler: Address = scheduler.parse().map_err(cluster_error)?;
    let (deferred, told) = env.create_deferred::<(), _>().map_err(internal)?;
    runtime()?.spawn(async move {
        // A scheduler that is gone itself has nobody to tell it to.
        let _ = tell_end(&scheduler, &security, watch.into(), &how).await;
        deferred.resolve(|_| Ok(()));
    });
    Ok(told)
}

/// Until a stop is wanted.
pub(crate) async fn until(mut stopped: watch::Receiver<bool>) {
    // An error means that nobody can want it any more, as when JavaScript has forgotten the member.
    if stopped.wait_for(|stopped| *stopped).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Tells people of what members meet: of those who were not let in, of a disk that is full.
#[expect(clippy::print_stderr, reason = "what a program says goes to standard error")]
pub(crate) fn tell(words: &str) {
    eprintln!("bramble: {words}");
}
