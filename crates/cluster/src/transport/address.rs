//! Where somebody listens.

use std::fmt;
use std::str::FromStr;

use crate::error::ClusterError;

/// Where a scheduler listens if nobody says otherwise.
pub const DEFAULT_PORT: u16 = 8786;

/// An address as people write it: `tcp://192.168.0.1:8786`, `192.168.0.1`, `[::1]:8786` or `inproc://name`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// Over the network.
    Tcp {
        /// A name or an IP address.
        host: String,
        /// 0 for any free one.
        port: u16,
    },
    /// Within this process.
    Inproc {
        /// What the listener is called.
        name: String,
    },
}

impl Address {
    /// The address, with another host in place of one that means "everywhere".
    #[must_use]
    pub fn seen_from(self, caller: Option<std::net::SocketAddr>) -> Address {
        match (self, caller) {
            (Address::Tcp { host, port }, Some(caller)) if host == "0.0.0.0" || host == "::" => {
                Address::Tcp { host: caller.ip().to_canonical().to_string(), port }
            }
            (address, _) => address,
        }
    }
}

impl FromStr for Address {
    type Err = ClusterError;

    fn from_str(text: &str) -> Result<Address, ClusterError> {
        let invalid = || ClusterError::Address { text: text.to_owned() };
        if let Some(name) = text.strip_prefix("inproc://") {
            return Ok(Address::Inproc { name: name.to_owned() });
        }
        let place = text.strip_prefix("tcp://").unwrap_or(text);
        let (host, port) = match place.strip_prefix('[').map(|rest| rest.split_once(']')) {
            Some(Some((host, ""))) => (host, None),
            Some(Some((host, rest))) => (host, Some(rest.strip_prefix(':').ok_or_else(invalid)?)),
            Some(None) => return Err(invalid()),
            // More than one colon without brackets: an IPv6 address and no port.
            None if place.matches(':').count() > 1 => (place, None),
            None => place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
        };
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '/') {
            return Err(invalid());
        }
        let port = port.map_or(Ok(DEFAULT_PORT), |port| port.parse().map_err(|_| invalid()))?;
        Ok(Address::Tcp { host: host.to_owned(), port })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Tcp { host, port } if host.contains(':') => write!(f, "tcp://[{host}]:{port}"),
            Address::Tcp { host, port } => write!(f, "tcp://{host}:{port}"),
            Address::Inproc { name } => write!(f, "inproc://{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_people_write_it() {
        for (text, expected) in [
            ("tcp://192.168.0.1:8786", "tcp://192.168.0.1:8786"),
            ("192.168.0.1", "tcp://192.168.0.1:8786"),
            ("pi.local:99", "tcp://pi.local:99"),
            ("[::1]:99", "tcp://[::1]:99"),
            ("::1", "tcp://[::1]:8786"),
            ("inproc://one", "inproc://one"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), expected);
        }
        for text in ["", "tcp://", "host:port", "host:99999", "http://host", "[::1", "[::1]99", "a b"] {
            let error = text.parse::<Address>().unwrap_err();
            assert!(error.to_string().contains("is no address"), "{text}");
        }
    }

    #[test]
    fn of_everywhere_is_where_the_caller_is() {
        let everywhere: Address = "tcp://0.0.0.0:5".parse().unwrap();
        let caller = "192.168.0.7:40000".parse().ok();
        assert_eq!(everywhere.clone().seen_from(caller).to_string(), "tcp://192.168.0.7:5");
        assert_eq!(everywhere.seen_from(None).to_string(), "tcp://0.0.0.0:5");
    }
}
