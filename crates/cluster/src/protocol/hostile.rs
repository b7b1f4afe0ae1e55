//! Whatever comes over a connection: it is a message or it is refused, and nothing else happens.

use std::collections::BTreeMap;

use bramble_array::AlignedBuffer;
use bramble_graph::DType;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::*;

fn encoded<M: Serialize + ?Sized>(message: &M) -> Vec<u8> {
    rmp_serde::to_vec(message).unwrap()
}

fn run(number: u32) -> RunId {
    RunId(ClientId(3), number)
}

fn trouble() -> Trouble {
    let thrown = Some(BlockInfo::Value { buffers: 2 });
    Trouble { code: "TASK_FAILED".into(), message: "no".into(), thrown }
}

fn from_workers() -> Vec<FromWorker> {
    let made = vec![Made { block: 1 << 40, attempt: 2, bytes: 800, micros: 30 }];
    vec![
        FromWorker::Made { run: run(1), made },
        FromWorker::Copies { run: run(1), blocks: vec![1, 300] },
        FromWorker::Failed {
            run: run(1),
            failure: Failure { block: 1, attempt: 0, micros: 5, trouble: trouble() },
        },
        FromWorker::Missing { run: run(2), block: 1, attempt: 0, input: 7, asked: vec![WorkerId(1)] },
        FromWorker::GaveBack { run: run(2), block: 1, attempt: 0, is_given: true },
        FromWorker::Untaken { run: run(2), block: 1, asked: Vec::new() },
        FromWorker::Unprepared { run: run(2), layer: "read".into(), trouble: trouble() },
        FromWorker::Answered { number: 5, end: CallEnd::Failed("gone".into()) },
        FromWorker::Retiring { why: "told".into() },
        FromWorker::Leaving { why: "late".into() },
    ]
}

fn to_workers() -> Vec<ToWorker> {
    let places = vec![(5, vec![WorkerId(1), WorkerId(2)])];
    let adoption = Adoption { block: 1, attempt: 0, from: run(1), source: 9 };
    let tasks = vec![Assignment { block: 1, attempt: 0, places: places.clone() }];
    vec![
        ToWorker::Begin { run: run(1), memory: u64::MAX, calls: true },
        ToWorker::Peer { worker: WorkerId(1), address: "tcp://10.0.0.1:4".into() },
        ToWorker::Compute { run: run(1), tasks },
        ToWorker::Adopt { run: run(1), adoption },
        ToWorker::GiveBack { run: run(1), block: 5, attempt: 1 },
        ToWorker::Free { run: run(1), blocks: vec![1, 2] },
        ToWorker::Take { run: run(1), places },
        ToWorker::End { run: run(1) },
        ToWorker::Call { number: 1 },
        ToWorker::Leave { why: "closed".into() },
    ]
}

fn from_clients() -> Vec<FromClient> {
    let blocks = vec![KeptBlocks { run: 1, numbers: vec![1, 2] }];
    vec![
        FromClient::Submit { run: 1, calls: true, retries: 2 },
        FromClient::Keep {
            run: 1,
            calls: false,
            retries: 0,
            loans: vec![Loan { block: 1, run: 2, source: 3 }],
        },
        FromClient::Retry { run: 1, blocks: vec![1] },
        FromClient::Fetched { run: 1, blocks: vec![1] },
        FromClient::Lost { run: 1, losses: vec![Loss { block: 1, worker: WorkerId(2) }] },
        FromClient::End { run: 1 },
        FromClient::Ask { ticket: 1 },
        FromClient::Request { ticket: 1, request: Request::Locate { blocks } },
        FromClient::Request { ticket: 2, request: Request::Meet(Meet::Take { name: "queue".into() }) },
        FromClient::Follow { run: 1 },
        FromClient::Leaving,
    ]
}

fn to_clients() -> Vec<ToClient> {
    let surroundings = Surroundings { node: "v20.19.2".into(), environment: None, lock: Some("12".into()) };
    let noted = Noted { at: 1.5, text: Some("worker pi has come".into()) };
    vec![
        ToClient::Begun { run: 1, memory: 5 },
        ToClient::Made { run: 1, blocks: vec![MadeOutput { block: 1, worker: WorkerId(2) }] },
        ToClient::Progress { run: 1, layers: vec![(1, 2)] },
        ToClient::Failed { run: 1, block: Some(1), layer: None, trouble: trouble() },
        ToClient::Waiting { run: 1, words: "waits".into() },
        ToClient::Killed { run: 1, block: 2, clues: vec![Clue { worker: "pi".into(), why: "x".into() }] },
        ToClient::Surroundings { all: vec![(surroundings, "pi".into())] },
        ToClient::Status { ticket: 1, status: Box::default() },
        ToClient::Reply { ticket: 1, reply: Reply::Done },
        ToClient::Event { topic: "scheduler".into(), noted },
        ToClient::Closed,
    ]
}

fn greetings() -> Vec<Hello> {
    let hello = WorkerHello {
        name: "pi".into(),
        address: "tcp://0.0.0.0:1".into(),
        threads: 4,
        memory: 1000,
        calls: true,
        surroundings: None,
        pid: 7,
        resources: BTreeMap::from([("GPU".into(), 0.5)]),
        watch: 9,
    };
    let conversation = Conversation(1, u64::MAX);
    vec![
        Hello::Worker(hello, conversation),
        Hello::Client(conversation),
        Hello::Peer,
        Hello::Again(conversation, 5),
        Hello::Ended(9, "SIGKILL".into()),
    ]
}

/// One message of each kind in each direction, as bytes.
fn samples() -> Vec<Vec<u8>> {
    let infos = vec![Some(BlockInfo::Chunk { dtype: DType::Float32, shape: vec![2, 3] }), None];
    let mut all = vec![
        encoded(&greetings()),
        encoded(&[Welcome::Worker(WorkerId(1), true), Welcome::Again(7), Welcome::Noted]),
        encoded(&[ToPeer::Get { run: run(1), blocks: vec![1] }]),
        encoded(&[FromPeer::Blocks { blocks: infos }]),
        encoded(&Pulse { heard: 300, beat: Some(Beat::default()) }),
    ];
    all.extend(from_workers().iter().map(|message| encoded(&[message])));
    all.extend(to_workers().iter().map(|message| encoded(&[message])));
    all.extend(from_clients().iter().map(|message| encoded(&[message])));
    all.extend(to_clients().iter().map(|message| encoded(&[message])));
    all
}

/// What is taken for a message is one: it says the same again.
fn read_as<M: Serialize + DeserializeOwned>(bytes: &[u8]) {
    if let Ok(message) = rmp_serde::from_slice::<M>(bytes) {
        let again = encoded(&message);
        let same: M = rmp_serde::from_slice(&again).unwrap();
        assert_eq!(encoded(&same), again);
    }
}

fn read_as_anything(bytes: &[u8]) {
    read_as::<Vec<FromWorker>>(bytes);
    read_as::<Vec<ToWorker>>(bytes);
    read_as::<Vec<FromClient>>(bytes);
    read_as::<Vec<ToClient>>(bytes);
    read_as::<Vec<ToPeer>>(bytes);
    read_as::<Vec<FromPeer>>(bytes);
    read_as::<Vec<Hello>>(bytes);
    read_as::<Vec<Welcome>>(bytes);
    read_as::<Pulse>(bytes);
}

/// Changes of bytes: at a place, to a value, and whether one is put in, taken out or replaced.
fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6)
}

fn changed(mut bytes: Vec<u8>, changes: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    for (at, value, kind) in changes {
        let at = at.index(bytes.len() + 1);
        match kind {
            0 => bytes.insert(at, *value),
            1 => bytes.truncate(at),
            2 if at < bytes.len() => drop(bytes.remove(at)),
            _ if at < bytes.len() => bytes[at] = *value,
            _ => {}
        }
    }
    bytes
}

#[test]
fn every_message_comes_out_as_it_went_in() {
    assert_eq!(rmp_serde::from_slice::<Vec<FromWorker>>(&encoded(&from_workers())).unwrap(), from_workers());
    assert_eq!(rmp_serde::from_slice::<Vec<ToWorker>>(&encoded(&to_workers())).unwrap(), to_workers());
    assert_eq!(rmp_serde::from_slice::<Vec<FromClient>>(&encoded(&from_clients())).unwrap(), from_clients());
    assert_eq!(rmp_serde::from_slice::<Vec<ToClient>>(&encoded(&to_clients())).unwrap(), to_clients());
    assert_eq!(rmp_serde::from_slice::<Vec<Hello>>(&encoded(&greetings())).unwrap(), greetings());
}

#[test]
fn messages_have_these_bytes() {
    let bytes = [
        (
            encoded(&[Hello::Again(Conversation(1, 2), 300)]),
            &b"\x91\x81\xa5Again\x92\x92\x01\x02\xcd\x01\x2c"[..],
        ),
        (encoded(&[Hello::Ended(9, "SIGKILL".into())]), b"\x91\x81\xa5Ended\x92\x09\xa7SIGKILL"),
        (encoded(&[Welcome::Client(ClientId(5), false)]), b"\x91\x81\xa6Client\x92\x05\xc2"),
        (encoded(&Pulse { heard: 4, beat: None }), b"\x92\x04\xc0"),
        (encoded(&[FromClient::Leaving]), b"\x91\xa7Leaving"),
        (
            encoded(&from_workers()[..1]),
            b"\x91\x81\xa4Made\x92\x92\x03\x01\x91\x94\xcf\0\0\x01\0\0\0\0\0\x02\xcd\x03\x20\x1e",
        ),
        (encoded(&to_workers()[5..6]), b"\x91\x81\xa4Free\x92\x92\x03\x01\x92\x01\x02"),
    ];
    for (ours, expected) in bytes {
        assert_eq!(ours, expected);
    }
}

proptest! {
    #[test]
    fn bytes_by_chance_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read_as_anything(&bytes);
    }

    #[test]
    fn messages_that_were_changed_are_refused_or_read(which in any::<prop::sample::Index>(), changes in changes()) {
        let samples = samples();
        read_as_anything(&changed(which.get(&samples).clone(), &changes));
    }

    #[test]
    fn lengths_that_are_lies_allocate_nothing(length in any::<u32>(), kind in 0..5_u8, rest in proptest::collection::vec(any::<u8>(), 0..20)) {
        // A list, a map, bytes, a string and an extension of so many.
        let mut bytes = vec![[0xdd, 0xdf, 0xc6, 0xdb, 0xc9][usize::from(kind)]];
        bytes.extend(length.to_be_bytes());
        bytes.extend(rest);
        read_as_anything(&bytes);
        bytes.insert(0, 0x91);
        read_as_anything(&bytes);
    }

    #[test]
    fn blocks_that_do_not_fit_their_buffers_are_refused(
        shape in proptest::collection::vec(any::<u64>(), 0..4),
        count in any::<u64>(),
        buffers in any::<u32>(),
        lengths in proptest::collection::vec(0..64_usize, 0..3),
    ) {
        let infos = [
            BlockInfo::Chunk { dtype: DType::Float64, shape: shape.clone() },
            BlockInfo::State { shape, count },
            BlockInfo::Value { buffers },
        ];
        for info in infos {
            let given: Vec<AlignedBuffer> = lengths.iter().map(|&length| AlignedBuffer::zeroed(length).unwrap()).collect();
            let _ = decode_block(&info, &mut given.into_iter());
        }
    }
}
