//! How somebody ends a program.

use std::thread;

use tokio::sync::watch;

/// Becomes true when somebody wants the program to end, by SIGINT, SIGTERM or SIGHUP.
///
/// To be called before any other thread is started: these inherit that the signals are left to the one that waits here.
pub(crate) fn until_stopped() -> watch::Receiver<bool> {
    let (stop, stopped) = watch::channel(false);
    // SAFETY: all of these take a set that `sigemptyset` has made, and no other thread runs yet.
    let set = unsafe {
        let mut set = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
            libc::sigaddset(&raw mut set, signal);
        }
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut());
        set
    };
    thread::spawn(move || {
        let mut signal = 0;
        // SAFETY: the set is complete, and the number has a place.
        unsafe { libc::sigwait(&raw const set, &raw mut signal) };
        // The program may have ended by itself.
        let _ = stop.send(true);
        // Whoever asks twice does not want to wait.
        // SAFETY: as above; and `_exit` is called where nothing is to be saved.
        unsafe {
            libc::sigwait(&raw const set, &raw mut signal);
            libc::_exit(128 + signal)
        }
    });
    stopped
}
