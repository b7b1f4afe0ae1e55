//! Who is let in and who is not, over streams in memory and real sockets.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bramble_cluster::security::{
    CertificateFiles, ClusterKey, Ends, Gate, Limits, Refusal, SecureStream, Security, SecurityError,
    secure_client, secure_server,
};
use proptest::prelude::*;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::net::{TcpListener, TcpStream};

fn key(digit: &str) -> ClusterKey {
    ClusterKey::parse(&digit.repeat(64)).unwrap()
}

fn keyed(digit: &str) -> Security {
    Security::with_key(key(digit), None).unwrap()
}

fn within() -> Ends {
    Ends { server: address("127.0.0.1:8786"), client: address("127.0.0.1:50000") }
}

fn beyond() -> Ends {
    Ends { server: address("192.168.0.1:8786"), client: address("192.168.0.2:50000") }
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

type Answer<S> = Result<SecureStream<S>, SecurityError>;

/// Runs both parts, each with its own view of the addresses.
async fn meet(
    client: (&Security, Ends),
    server: (&Security, Ends),
) -> (Answer<DuplexStream>, Answer<DuplexStream>) {
    let (near, far) = duplex(64 * 1024);
    tokio::join!(secure_client(near, client.0, client.1), secure_server(far, server.0, server.1))
}

fn refusal<S>(answer: &Answer<S>) -> Option<Refusal> {
    match answer {
        Err(SecurityError::Refused(refusal)) => Some(*refusal),
        Ok(_) | Err(_) => None,
    }
}

/// Sends a message in either direction and checks that it arrives.
async fn talk(client: Answer<DuplexStream>, server: Answer<DuplexStream>) -> (bool, bool) {
    let (mut client, mut server) = (client.unwrap(), server.unwrap());
    let message = vec![7; 10_000];
    let mut there = vec![0; message.len()];
    let mut back = vec![0; message.len()];
    client.write_all(&message).await.unwrap();
    client.flush().await.unwrap();
    server.read_exact(&mut there).await.unwrap();
    server.write_all(&there).await.unwrap();
    server.flush().await.unwrap();
    client.read_exact(&mut back).await.unwrap();
    assert_eq!(back, message);
    (matches!(client, SecureStream::Encrypted(_)), matches!(server, SecureStream::Encrypted(_)))
}

#[tokio::test]
async fn peers_with_the_same_key_talk() {
    let (one, other) = (keyed("a"), keyed("a"));
    for (ends, encrypts) in [(within(), false), (beyond(), true)] {
        let (client, server) = meet((&one, ends), (&other, ends)).await;
        assert_eq!(talk(client, server).await, (encrypts, encrypts));
    }
    let (one, other) = (Security::insecure(), Security::insecure());
    let (client, server) = meet((&one, beyond()), (&other, beyond())).await;
    assert_eq!(talk(client, server).await, (false, false));
}

#[tokio::test]
async fn a_tunnel_is_encrypted_if_a_person_wants_it() {
    let one = keyed("a").always_encrypted();
    let (client, server) = meet((&one, within()), (&keyed("a"), within())).await;
    assert_eq!(talk(client, server).await, (true, true));
    let (client, server) = meet((&keyed("a"), within()), (&one, within())).await;
    assert_eq!((refusal(&client), refusal(&server)), (Some(Refusal::Plain), Some(Refusal::Plain)));
}

#[tokio::test]
async fn another_key_is_refused_and_both_know() {
    for ends in [within(), beyond()] {
        let (client, server) = meet((&keyed("a"), ends), (&keyed("b"), ends)).await;
        assert_eq!((refusal(&client), refusal(&server)), (Some(Refusal::WrongKey), Some(Refusal::WrongKey)));
    }
}

#[tokio::test]
async fn insecure_and_secure_do_not_meet() {
    let insecure = Security::insecure();
    for ends in [within(), beyond()] {
        let (client, server) = meet((&insecure, ends), (&keyed("a"), ends)).await;
        assert_eq!((refusal(&client), refusal(&server)), (Some(Refusal::Insecure), Some(Refusal::Insecure)));
    }
    let (client, server) = meet((&keyed("a"), within()), (&insecure, within())).await;
    assert_eq!((refusal(&client), refusal(&server)), (Some(Refusal::Insecure), Some(Refusal::Insecure)));
    let (client, server) = meet((&keyed("a"), beyond()), (&insecure, beyond())).await;
    assert_eq!((refusal(&client), refusal(&server)), (Some(Refusal::Gone), Some(Refusal::Insecure)));
}

#[tokio::test]
async fn nobody_talks_a_server_down_to_plain_text() {
    // The client takes the network for its own machine; the server does not.
    let (client, server) = meet((&keyed("a"), within()), (&keyed("a"), beyond())).await;
    assert_eq!((refusal(&client), refusal(&server)), (Some(Refusal::Plain), Some(Refusal::Plain)));
}

#[tokio::test]
async fn a_server_that_passes_messages_on_within_a_machine_gains_nothing() {
    let elsewhere = Ends { server: address("127.0.0.1:9999"), ..within() };
    let (client, server) = meet((&keyed("a"), elsewhere), (&keyed("a"), within())).await;
    assert_eq!((refusal(&client), refusal(&server)), (Some(Refusal::WrongKey), Some(Refusal::WrongKey)));
}

#[tokio::test]
async fn what_was_said_before_serves_no_second_time() {
    let member = keyed("a");
    let (near, mut middle) = duplex(64 * 1024);
    let (mut onward, far) = duplex(64 * 1024);
    let record = async {
        let mut said = vec![0; 8 + 32];
        middle.read_exact(&mut said).await.unwrap();
        onward.write_all(&said).await.unwrap();
        let mut answer = [0; 33];
        onward.read_exact(&mut answer).await.unwrap();
        middle.write_all(&answer).await.unwrap();
        let mut proof = [0; 32];
        middle.read_exact(&mut proof).await.unwrap();
        onward.write_all(&proof).await.unwrap();
        let mut end = [0; 33];
        onward.read_exact(&mut end).await.unwrap();
        middle.write_all(&end).await.unwrap();
        (said, proof)
    };
    let both =
        async { tokio::join!(secure_client(near, &member, within()), secure_server(far, &member, within())) };
    let ((said, proof), (client, server)) = tokio::join!(record, both);
    assert!(client.is_ok() && server.is_ok());
    let (mut replay, far) = duplex(64 * 1024);
    replay.write_all(&said).await.unwrap();
    replay.write_all(&proof).await.unwrap();
    drop(replay.shutdown().await);
    assert_eq!(refusal(&secure_server(far, &member, within()).await), Some(Refusal::WrongKey));
}

#[tokio::test]
async fn strangers_are_refused_at_their_first_byte() {
    for words in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        b"SSH-2.0-x\r\n",
        b"\0\0\0\0\0\0\0\0",
        b"BRMX0000",
        b"BRMB\x01\x09\0\0",
    ] {
        for security in [keyed("a"), Security::insecure()] {
            let (mut near, far) = duplex(64 * 1024);
            near.write_all(words).await.unwrap();
            // It stays: the server must not wait for more.
            assert_eq!(refusal(&secure_server(far, &security, beyond()).await), Some(Refusal::Foreign));
            drop(near);
        }
    }
}

#[tokio::test]
async fn another_version_is_told() {
    let (mut near, far) = duplex(64 * 1024);
    near.write_all(b"BRMB\x02\x01\0\0").await.unwrap();
    near.shutdown().await.unwrap();
    assert_eq!(refusal(&secure_server(far, &keyed("a"), within()).await), Some(Refusal::Version));
    assert_eq!(near.read_u8().await.unwrap(), 4);
}

#[tokio::test]
async fn a_peer_that_says_nothing_is_sent_away() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let soon = Duration::from_millis(20);
    let gate = gate(keyed("a"), Limits { time: soon, ..Limits::default() }, &told);
    let (near, far) = duplex(64);
    assert_eq!(refusal(&gate.admit(far, beyond()).await), Some(Refusal::Slow));
    drop(near);
    assert_eq!(*told.lock().unwrap(), ["192.168.0.2 was not let in: it did not say in time who it is"]);
}

#[tokio::test]
async fn each_refusal_is_told_once_and_few_are_remembered() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let gate = gate(keyed("a"), Limits { remembered: 3, ..Limits::default() }, &told);
    for stranger in [2, 2, 3, 2, 4, 5, 6, 5] {
        let (mut near, far) = duplex(64);
        near.write_all(b"GET /").await.unwrap();
        let ends = Ends { client: SocketAddr::from(([10, 0, 0, stranger], 50_000)), ..beyond() };
        assert!(gate.admit(far, ends).await.is_err());
    }
    let told = told.lock().unwrap();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told[0].starts_with("10.0.0.2 was") && told[2].starts_with("10.0.0.4 was"), "{told:?}");
    assert_eq!(gate.refused(), 8);
}

#[tokio::test]
async fn one_address_does_not_take_all_places() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let gate = gate(keyed("a"), Limits { of_one: 2, together: 3, ..Limits::default() }, &told);
    let (a, b, c) = (duplex(64), duplex(64), duplex(64));
    let mut first = std::pin::pin!(gate.admit(a.1, beyond()));
    let mut second = std::pin::pin!(gate.admit(b.1, beyond()));
    tokio::select! {
        biased;
        _ = &mut first => unreachable!("its peer says nothing"),
        _ = &mut second => unreachable!("its peer says nothing"),
        third = gate.admit(c.1, beyond()) => assert_eq!(refusal(&third), Some(Refusal::Busy)),
    }
    // Those who wait are not disturbed, and their places are free again when they have left.
    drop((a.0, b.0));
    assert_eq!(refusal(&first.await), Some(Refusal::Gone));
    assert_eq!(refusal(&second.await), Some(Refusal::Gone));
    let (near, far) = duplex(64);
    drop(near);
    assert_eq!(refusal(&gate.admit(far, beyond()).await), Some(Refusal::Gone));
}

#[tokio::test]
async fn certificates_of_a_ca_are_wanted_in_addition() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (ca(folder.path(), "ours"), ca(folder.path(), "theirs"));
    let with = |files: &CertificateFiles| Security::with_key(key("a"), Some(files)).unwrap();
    let (client, server) = meet((&with(&ours), beyond()), (&with(&ours), beyond())).await;
    assert_eq!(talk(client, server).await, (true, true));
    let (client, server) = meet((&with(&theirs), beyond()), (&with(&ours), beyond())).await;
    assert_eq!(refusal(&client), Some(Refusal::Tls));
    assert!(server.is_err());
    // A member without a certificate.
    let (client, server) = meet((&keyed("a"), beyond()), (&with(&ours), beyond())).await;
    assert!(client.is_err());
    assert_eq!(refusal(&server), Some(Refusal::Tls));
    // A certificate without the key.
    let other = Security::with_key(key("b"), Some(&ours)).unwrap();
    let (client, server) = meet((&other, beyond()), (&with(&ours), beyond())).await;
    assert_eq!((refusal(&client), refusal(&server)), (Some(Refusal::WrongKey), Some(Refusal::WrongKey)));
}

#[test]
fn files_that_are_no_certificates_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let files = ca(folder.path(), "ours");
    let missing = CertificateFiles { ca: folder.path().join("none.pem"), ..files.clone() };
    let swapped = CertificateFiles { certificate: files.key.clone(), ..files.clone() };
    for (files, name) in [(missing, "none.pem"), (swapped, "ours-key.pem")] {
        let error = Security::with_key(key("a"), Some(&files)).err().unwrap();
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[tokio::test]
async fn real_sockets_work_the_same() {
    for (server, client) in
        [(keyed("a"), keyed("a")), (keyed("a").always_encrypted(), keyed("a").always_encrypted())]
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serve = async {
            let (stream, peer) = listener.accept().await.unwrap();
            let ends = Ends { server: stream.local_addr().unwrap(), client: peer };
            secure_server(stream, &server, ends).await
        };
        let connect = async {
            let stream = TcpStream::connect(address).await.unwrap();
            let ends = Ends { server: stream.peer_addr().unwrap(), client: stream.local_addr().unwrap() };
            secure_client(stream, &client, ends).await
        };
        let (mut there, mut here) = {
            let (there, here) = tokio::join!(serve, connect);
            (there.unwrap(), here.unwrap())
        };
        here.write_all(b"hello").await.unwrap();
        here.flush().await.unwrap();
        let mut heard = [0; 5];
        there.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"hello");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_noise_is_let_in(bytes in prop::collection::vec(any::<u8>(), 0..600), prefix in 0usize..4) {
        let prefixes: [&[u8]; 4] = [b"", b"BRMB\x01\x01\0\0", b"BRMB\x01\x02\0\0", b"\x16\x03\x01"];
        let words = [prefixes[prefix], &bytes].concat();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let admitted = runtime.block_on(async {
            let (mut near, far) = duplex(64 * 1024);
            near.write_all(&words).await.unwrap();
            near.shutdown().await.unwrap();
            secure_server(far, &keyed("a"), within()).await.is_ok()
        });
        prop_assert!(!admitted);
    }

    #[test]
    fn no_noise_is_a_server(bytes in prop::collection::vec(any::<u8>(), 0..600), within_machine in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let joined = runtime.block_on(async {
            let (near, mut far) = duplex(64 * 1024);
            far.write_all(&bytes).await.unwrap();
            far.shutdown().await.unwrap();
            secure_client(near, &keyed("a"), if within_machine { within() } else { beyond() }).await.is_ok()
        });
        prop_assert!(!joined);
    }
}

fn gate(security: Security, limits: Limits, told: &Arc<Mutex<Vec<String>>>) -> Gate {
    let told = Arc::clone(told);
    Gate::new(security, limits, move |words| told.lock().unwrap().push(words.to_owned()))
}

/// The files of a CA and of a member that it has signed.
fn ca(folder: &Path, name: &str) -> CertificateFiles {
    let file = |part: &str| folder.join(format!("{name}-{part}.pem"));
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let member = CertificateParams::new(["member".to_owned()]).unwrap().signed_by(&key, &ca).unwrap();
    let files = CertificateFiles { ca: file("ca"), certificate: file("certificate"), key: file("key") };
    std::fs::write(&files.ca, ca.pem()).unwrap();
    std::fs::write(&files.certificate, member.pem()).unwrap();
    std::fs::write(&files.key, key.serialize_pem()).unwrap();
    files
}
