//! Connections within a process: what tests and threads use.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::io::DuplexStream;
use tokio::sync::mpsc;

use super::BoxStream;

/// Bytes under way in each direction.
const CAPACITY: usize = 1 << 20;

static LISTENERS: Mutex<Option<HashMap<String, mpsc::Sender<DuplexStream>>>> = Mutex::new(None);

/// Whoever listens under a name; the name is free again when it is dropped.
pub(super) struct Listener {
    name: String,
    arrivals: mpsc::Receiver<DuplexStream>,
}

impl Listener {
    pub(super) async fn accept(&mut self) -> DuplexStream {
        match self.arrivals.recv().await {
            Some(stream) => stream,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        lock().get_or_insert_default().remove(&self.name);
    }
}

pub(super) fn listen(name: &str) -> io::Result<Listener> {
    let (sender, arrivals) = mpsc::channel(64);
    let mut listeners = lock();
    let listeners = listeners.get_or_insert_default();
    if listeners.contains_key(name) {
        return Err(io::ErrorKind::AddrInUse.into());
    }
    listeners.insert(name.to_owned(), sender);
    Ok(Listener { name: name.to_owned(), arrivals })
}

pub(super) async fn connect(name: &str) -> io::Result<BoxStream> {
    let listener = lock().get_or_insert_default().get(name).cloned();
    let listener = listener.ok_or(io::ErrorKind::ConnectionRefused)?;
    let (ours, theirs) = tokio::io::duplex(CAPACITY);
    listener.send(theirs).await.map_err(|_| io::ErrorKind::ConnectionRefused)?;
    Ok(Box::new(ours))
}

fn lock() -> MutexGuard<'static, Option<HashMap<String, mpsc::Sender<DuplexStream>>>> {
    LISTENERS.lock().unwrap_or_else(PoisonError::into_inner)
}
