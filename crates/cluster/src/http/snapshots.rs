//! States of the cluster, as fresh as anybody needs them.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::scheduler::{SchedulerHandle, Status};

/// A state that old is shown again.
const FRESH: Duration = Duration::from_millis(200);

/// Who knows the state of the cluster.
pub trait Source: Send + Sync {
    /// The state now; nothing if there is no cluster any more.
    fn status(&self) -> Pin<Box<dyn Future<Output = Option<Status>> + Send + '_>>;
}

impl Source for SchedulerHandle {
    fn status(&self) -> Pin<Box<dyn Future<Output = Option<Status>> + Send + '_>> {
        Box::pin(SchedulerHandle::status(self))
    }
}

/// Asks a source, and remembers its answer for a moment.
pub(super) struct Snapshots {
    source: Arc<dyn Source>,
    last: Mutex<Option<(Instant, Arc<Status>)>>,
}

impl Snapshots {
    pub(super) fn new(source: Arc<dyn Source>) -> Snapshots {
        Snapshots { source, last: Mutex::new(None) }
    }

    /// The state, at most a moment old. Of many who ask at once one is sent to the source.
    pub(super) async fn get(&self) -> Option<Arc<Status>> {
        let mut last = self.last.lock().await;
        if let Some((at, status)) = &*last
            && at.elapsed() < FRESH
        {
            return Some(Arc::clone(status));
        }
        let status = Arc::new(self.source.status().await?);
        *last = Some((Instant::now(), Arc::clone(&status)));
        Some(status)
    }
}
