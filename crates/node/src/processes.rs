//! What worker processes need of the system: memory that another process can read, and an end when their parent ends.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{FromRawFd, IntoRawFd};
use std::sync::Arc;

use bramble_array::AlignedBuffer;
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;

use crate::error::{Code, Error, Result};
use crate::run::external;

/// Puts bytes into memory that other processes of the same user can read. It is gone when its descriptor is closed,
/// or this process ends.
#[napi]
pub fn share_bytes(bytes: &[u8]) -> Result<i32> {
    // SAFETY: the name is a C string, and the flag is one that the call knows.
    let descriptor = unsafe { libc::memfd_create(c"bramble".as_ptr(), libc::MFD_CLOEXEC) };
    if descriptor < 0 {
        return Err(io_error("share memory with another process")(std::io::Error::last_os_error()));
    }
    // SAFETY: the call has just made the descriptor, and nobody else has it.
    let mut file = unsafe { File::from_raw_fd(descriptor) };
    file.write_all(bytes).map_err(io_error("share memory with another process"))?;
    Ok(file.into_raw_fd())
}

/// Copies what another process of the same user has shared.
#[napi]
pub fn read_shared(process: u32, descriptor: i32, length: f64) -> Result<Uint8Array> {
    let mut file = File::open(format!("/proc/{process}/fd/{descriptor}"))
        .map_err(io_error("read memory that another process shares"))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the length of a buffer")]
    let mut buffer = AlignedBuffer::zeroed(length as usize)
        .map_err(|error| Error::new(Code::OutOfMemory, error.to_string()))?;
    file.read_exact(buffer.as_mut_slice::<u8>())
        .map_err(io_error("read memory that another process shares"))?;
    Ok(external(Arc::new(buffer)))
}

/// Gives memory back that was shared.
#[napi]
pub fn close_shared(descriptor: i32) {
    // SAFETY: `share_bytes` gave the descriptor away, and each is closed once.
    drop(unsafe { File::from_raw_fd(descriptor) });
}

/// Lets the system end this process when its parent ends, in whatever way. False if the parent has ended already.
#[napi]
pub fn die_with_parent(parent: u32) -> bool {
    let signal = libc::c_ulong::try_from(libc::SIGKILL).expect("signals are small positive numbers");
    // SAFETY: the option takes a signal, and changes nothing but what happens at the parent's end.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, signal) };
    std::os::unix::process::parent_id() == parent
}

fn io_error(what: &'static str) -> impl Fn(std::io::Error) -> Error {
    move |error| Error::new(Code::Internal, format!("cannot {what}: {error}"))
}
