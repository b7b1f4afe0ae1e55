//! Proofs of the key: MACs over what one connection alone has.

use std::net::{IpAddr, SocketAddr};

use ring::hmac;

use super::key::ClusterKey;

/// Bytes of a proof, of a nonce and of what TLS exports.
pub(super) const LENGTH: usize = 32;

/// Who proves; each has a text of its own, so that no proof serves the other way round.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    Client,
    Server,
}

/// What belongs to one connection alone.
pub(super) enum Binding {
    /// What both ends of a TLS channel, and nobody else, can derive from its secrets.
    Channel([u8; LENGTH]),
    /// What each end has drawn, and the address of the server: another server on this machine that passed messages on
    /// would have another.
    Nonces { client: [u8; LENGTH], server: [u8; LENGTH], address: SocketAddr },
}

/// The proof that `role` gives.
pub(super) fn prove(key: &ClusterKey, role: Role, binding: &Binding) -> [u8; LENGTH] {
    let mut proof = [0; LENGTH];
    proof.copy_from_slice(hmac::sign(&key.mac(), &message(role, binding)).as_ref());
    proof
}

/// Whether `role` has given the right proof; takes the same time wherever it is wrong.
pub(super) fn holds(key: &ClusterKey, role: Role, binding: &Binding, proof: &[u8; LENGTH]) -> bool {
    hmac::verify(&key.mac(), &message(role, binding), proof).is_ok()
}

/// What is signed. Each part has a fixed length, so that no two connections give the same bytes.
fn message(role: Role, binding: &Binding) -> Vec<u8> {
    let mut message = Vec::with_capacity(128);
    message.extend_from_slice(match role {
        Role::Client => b"bramble client 1",
        Role::Server => b"bramble server 1",
    });
    match binding {
        Binding::Channel(exported) => {
            message.push(0);
            message.extend_from_slice(exported);
        }
        Binding::Nonces { client, server, address } => {
            message.push(1);
            message.extend_from_slice(client);
            message.extend_from_slice(server);
            message.extend_from_slice(&sixteen_bytes(address.ip()));
            message.extend_from_slice(&address.port().to_le_bytes());
        }
    }
    message
}

/// An address as both ends see it, whichever of them listens to IPv4 through IPv6.
fn sixteen_bytes(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nonces(port: u16) -> Binding {
        Binding::Nonces {
            client: [1; 32],
            server: [2; 32],
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        }
    }

    #[test]
    fn a_proof_serves_one_key_one_role_and_one_connection() {
        let key = ClusterKey::parse(&"01".repeat(32)).unwrap();
        let other = ClusterKey::parse(&"02".repeat(32)).unwrap();
        let proof = prove(&key, Role::Client, &nonces(8786));
        assert!(holds(&key, Role::Client, &nonces(8786), &proof));
        assert!(!holds(&other, Role::Client, &nonces(8786), &proof));
        assert!(!holds(&key, Role::Server, &nonces(8786), &proof));
        assert!(!holds(&key, Role::Client, &nonces(8787), &proof));
        assert!(!holds(&key, Role::Client, &Binding::Channel([1; 32]), &proof));
    }

    #[test]
    fn the_address_is_the_same_through_ipv6() {
        let key = ClusterKey::parse(&"01".repeat(32)).unwrap();
        let mapped = Binding::Nonces {
            client: [1; 32],
            server: [2; 32],
            address: "[::ffff:127.0.0.1]:8786".parse().unwrap(),
        };
        assert!(holds(&key, Role::Client, &mapped, &prove(&key, Role::Client, &nonces(8786))));
    }

    proptest! {
        #[test]
        fn no_other_bytes_are_a_proof(noise in any::<[u8; 32]>(), exported in any::<[u8; 32]>()) {
            let key = ClusterKey::parse(&"01".repeat(32)).unwrap();
            let binding = Binding::Channel(exported);
            prop_assume!(noise != prove(&key, Role::Server, &binding));
            prop_assert!(!holds(&key, Role::Server, &binding, &noise));
        }
    }
}
