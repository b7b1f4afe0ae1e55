//! The networks of this machine, and sockets that talk on one of them alone.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use if_addrs::{IfAddr, get_if_addrs};
use socket2::{Domain, InterfaceIndexOrAddress, Protocol, Socket, Type};
use tokio::net::{UdpSocket, lookup_host};

/// Where everybody listens who takes part in multicast DNS.
pub(super) const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 251);
pub(super) const PORT: u16 = 5353;

/// The longest message over a wire that carries large ones (RFC 6762, section 17).
pub(super) const LONGEST: usize = 9000;

/// An address of this machine, and the network behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wire {
    pub(super) address: Ipv4Addr,
    mask: Ipv4Addr,
    index: u32,
}

impl Wire {
    /// Whether an address is of the same network: multicast DNS is not for others.
    pub(super) fn reaches(&self, other: SocketAddr) -> bool {
        let SocketAddr::V4(other) = other else { return false };
        let mask = self.mask.to_bits();
        other.ip().to_bits() & mask == self.address.to_bits() & mask
    }

    /// A socket for questions, at a port of its own.
    pub(super) fn for_questions(&self) -> io::Result<UdpSocket> {
        self.socket(0, self.address)
    }

    /// A socket that hears what all of the network ask, beside others on this machine that do.
    pub(super) fn for_answers(&self) -> io::Result<UdpSocket> {
        self.socket(PORT, Ipv4Addr::UNSPECIFIED)
    }

    fn socket(&self, port: u16, at: Ipv4Addr) -> io::Result<UdpSocket> {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
        socket.set_nonblocking(true)?;
        socket.set_multicast_if_v4(&self.address)?;
        socket.set_multicast_loop_v4(true)?;
        // What has passed a router has less, and is told apart so.
        socket.set_multicast_ttl_v4(255)?;
        if port != 0 {
            socket.set_reuse_address(true)?;
            socket.set_reuse_port(true)?;
            // Only what comes from this network: each has a socket.
            socket.set_multicast_all_v4(false)?;
            socket.join_multicast_v4_n(&GROUP, &InterfaceIndexOrAddress::Index(self.index))?;
        }
        socket.bind(&SocketAddr::from((at, port)).into())?;
        UdpSocket::from_std(socket.into())
    }
}

/// The networks that see what listens at a host: of `0.0.0.0` all but the one within this machine, unless there is no other.
pub(super) async fn wires_of(host: &str) -> io::Result<BTreeSet<Wire>> {
    let of = |one: if_addrs::Interface| match (&one.addr, one.index) {
        (IfAddr::V4(v4), Some(index)) if one.is_oper_up() => {
            Some(Wire { address: v4.ip, mask: v4.netmask, index })
        }
        _ => None,
    };
    let all: BTreeSet<Wire> = get_if_addrs()?.into_iter().filter_map(of).collect();
    if host == "0.0.0.0" || host == "::" {
        let outside: BTreeSet<Wire> =
            all.iter().copied().filter(|wire| !wire.address.is_loopback()).collect();
        return Ok(if outside.is_empty() { all } else { outside });
    }
    let hosts: BTreeSet<IpAddr> = lookup_host((host, 0)).await?.map(|address| address.ip()).collect();
    Ok(all.into_iter().filter(|wire| hosts.contains(&wire.address.into())).collect())
}
