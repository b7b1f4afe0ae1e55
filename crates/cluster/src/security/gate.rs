//! The door of a server: how many may stand before it, for how long, and what is said of those who were not let in.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};

use super::Security;
use super::error::{Refusal, SecurityError};
use super::handshake::{Ends, secure_server};
use super::stream::SecureStream;

/// What strangers may take of a server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long one may take to say who it is.
    pub time: Duration,
    /// Connections that are being made at once.
    pub together: usize,
    /// Of them those from one address.
    pub of_one: usize,
    /// Refusals that are remembered, so that each is told once.
    pub remembered: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { time: Duration::from_secs(30), together: 512, of_one: 128, remembered: 256 }
    }
}

/// Lets in who can prove that it may, and tells once of each who can't.
pub struct Gate {
    security: Security,
    limits: Limits,
    tell: Box<dyn Fn(&str) + Send + Sync>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Connections that are being made, by address.
    pending: HashMap<IpAddr, usize>,
    together: usize,
    told: HashSet<(IpAddr, Refusal)>,
    refused: u64,
}

impl Gate {
    /// `tell` is called with a sentence about somebody who was not let in.
    pub fn new(security: Security, limits: Limits, tell: impl Fn(&str) + Send + Sync + 'static) -> Gate {
        Gate { security, limits, tell: Box::new(tell), state: Mutex::default() }
    }

    /// The stream of a peer that may join, in as much time as the limits give.
    ///
    /// # Errors
    /// `Refused`, which was told already, or `Io`.
    pub async fn admit<S>(&self, stream: S, ends: Ends) -> Result<SecureStream<S>, SecurityError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let address = ends.client.ip().to_canonical();
        let admitted = match self.enter(address) {
            None => Err(SecurityError::Refused(Refusal::Busy)),
            Some(_place) => {
                let handshake = secure_server(stream, &self.security, ends);
                let late = |_| Err(SecurityError::Refused(Refusal::Slow));
                tokio::time::timeout(self.limits.time, handshake).await.unwrap_or_else(late)
            }
        };
        if let Err(error) = &admitted {
            self.refuse(address, error);
        }
        admitted
    }

    /// How many were not let in.
    pub fn refused(&self) -> u64 {
        self.lock().refused
    }

    fn enter(&self, address: IpAddr) -> Option<Place<'_>> {
        let mut state = self.lock();
        let of_one = state.pending.get(&address).copied().unwrap_or(0);
        if state.together >= self.limits.together || of_one >= self.limits.of_one {
            return None;
        }
        state.together += 1;
        state.pending.insert(address, of_one + 1);
        Some(Place { gate: self, address })
    }

    fn refuse(&self, address: IpAddr, error: &SecurityError) {
        let refusal = match error {
            SecurityError::Refused(refusal) => *refusal,
            _ => Refusal::Gone,
        };
        let mut state = self.lock();
        state.refused += 1;
        let is_full = state.told.len() >= self.limits.remembered;
        if is_full || !state.told.insert((address, refusal)) {
            return;
        }
        let is_last = state.told.len() == self.limits.remembered;
        drop(state);
        (self.tell)(&format!("{address} was not let in: {refusal}"));
        if is_last {
            (self.tell)("many were not let in: of further ones nothing is said");
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that panics runs while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of a connection that is being made; dropped when it is made or given up.
struct Place<'gate> {
    gate: &'gate Gate,
    address: IpAddr,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.lock();
        state.together -= 1;
        let left = state.pending.get(&self.address).copied().unwrap_or(1) - 1;
        if left == 0 {
            state.pending.remove(&self.address);
        } else {
            state.pending.insert(self.address, left);
        }
    }
}
