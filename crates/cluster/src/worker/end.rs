//! The last words for a worker, by whoever watched its process.

use std::time::Duration;

use crate::error::ClusterError;
use crate::protocol::Hello;
use crate::security::Security;
use crate::session::call;
use crate::transport::Address;

/// Bytes of what is told: a stranger's frame has room for no more.
const MOST: usize = 3 << 10;

/// How long a scheduler is called, which may be gone itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// Tells a scheduler how the process of a worker ended: the first line says why, others may follow. The worker had said
/// `watch` when it came. What is too long is cut off.
///
/// # Errors
/// [`ClusterError`], if the scheduler could not be told.
pub async fn tell_end(
    scheduler: &Address,
    security: &Security,
    watch: u64,
    how: &str,
) -> Result<(), ClusterError> {
    let how = how[..how.floor_char_boundary(MOST)].to_owned();
    call(scheduler, security, &Hello::Ended(watch, how), Some(PATIENCE)).await.map(drop)
}
