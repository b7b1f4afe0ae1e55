//! What clients ask of a cluster beside graphs, and the calls that its workers make for them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bramble_array::AlignedBuffer;
use bramble_cluster::protocol::{Noted, Request};
use bramble_cluster::worker::{Answerer, OnCall};
use bramble_runtime::Buffer;
use napi::Env;
use napi::bindgen_prelude::{Function, Object, Uint8Array};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;

use crate::cluster::{client_numbered, runtime};
use crate::error::{Code, Error, Result, internal};
use crate::run::external;

/// The answer to a request.
#[napi(object)]
pub struct NativeReply {
    /// In JSON; nothing if the connection has ended.
    pub reply: Option<String>,
    /// What came with it.
    pub buffers: Vec<Uint8Array>,
}

/// Asks a cluster something, in JSON, under a number that no other request of the client has. Bytes of `buffers` must
/// not change until the answer is there.
#[napi(ts_return_type = "Promise<NativeReply>")]
pub fn ask_cluster(
    env: &Env,
    client: u32,
    ticket: u32,
    request: String,
    buffers: Vec<Uint8Array>,
) -> Result<Object<'_>> {
    let client = client_numbered(client)?;
    let wrong = |error: serde_json::Error| Error::new(Code::InvalidArgument, error.to_string());
    let request: Request = serde_json::from_str(&request).map_err(wrong)?;
    let buffers = buffers.into_iter().map(|bytes| Arc::new(bytes) as Buffer).collect();
    let (deferred, result) = env.create_deferred::<NativeReply, _>().map_err(internal)?;
    let answer = client.request(ticket, request, buffers);
    runtime()?.spawn(async move {
        let answered = answer.await;
        let (reply, buffers) = answered
            .map_or((None, Vec::new()), |(reply, buffers)| (serde_json::to_string(&reply).ok(), buffers));
        deferred.resolve(move |_| {
            let owned = |buffer: AlignedBuffer| external(Arc::new(buffer));
            Ok(NativeReply { reply, buffers: buffers.into_iter().map(owned).collect() })
        });
    });
    Ok(result)
}

/// Something that was noted under a topic.
#[napi(object)]
pub struct NativeEvent {
    /// The topic.
    pub topic: String,
    /// Seconds after the scheduler's start.
    pub at: f64,
    /// Words of the scheduler.
    pub text: Option<String>,
    /// What a client noted, encoded.
    pub value: Option<Uint8Array>,
}

/// Who hears what is noted under the topics that a client has subscribed to.
#[napi]
pub fn watch_events(client: u32, on_event: Function<'_, NativeEvent, ()>) -> Result<()> {
    let client = client_numbered(client)?;
    let on_event =
        on_event.build_threadsafe_function::<NativeEvent>().weak::<true>().build().map_err(internal)?;
    client.listen(Box::new(move |topic, Noted { at, text }, buffers| {
        let value = buffers.into_iter().next().map(|buffer| external(Arc::new(buffer)));
        let event = NativeEvent { topic, at, text, value };
        on_event.call(event, ThreadsafeFunctionCallMode::NonBlocking);
    }));
    Ok(())
}

/// A call that a worker should make beside its tasks.
#[napi(object)]
pub struct NativeWorkerCall {
    /// The answer bears the same number.
    pub number: u32,
    /// What to call, encoded.
    pub call: Uint8Array,
}

fn answerers() -> MutexGuard<'static, HashMap<u32, Answerer>> {
    static ANSWERERS: OnceLock<Mutex<HashMap<u32, Answerer>>> = OnceLock::new();
    ANSWERERS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers a call with what it gave or threw, encoded.
#[napi]
pub fn answer_call(number: u32, threw: bool, value: Uint8Array) {
    let answerer = answerers().remove(&number);
    if let Some(answerer) = answerer {
        answerer.answer(threw, value.to_vec());
    }
}

/// Has a function of JavaScript make the calls of a worker.
pub(crate) fn on_call_of(make: Function<'_, NativeWorkerCall, ()>) -> Result<OnCall> {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let make =
        make.build_threadsafe_function::<NativeWorkerCall>().weak::<true>().build().map_err(internal)?;
    Ok(Arc::new(move |call, answerer| {
        let number = LAST.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        answerers().insert(number, answerer);
        let call = (*call).as_ref().to_vec().into();
        make.call(NativeWorkerCall { number, call }, ThreadsafeFunctionCallMode::NonBlocking);
    }))
}
