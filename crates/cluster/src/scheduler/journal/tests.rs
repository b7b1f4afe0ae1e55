use std::sync::Arc;

use bramble_storage::SharedBytes;

use super::*;
use crate::protocol::{CallEnd, ClientId, Conversation, FromClient, FromWorker, RunId, WorkerId};
use crate::scheduler::here::Answer;

fn silent(_: &str) {}

fn words<M: serde::Serialize>(messages: Vec<M>, buffers: Vec<Vec<u8>>) -> Words<M> {
    let header = rmp_serde::to_vec(&messages).unwrap();
    let buffers = buffers.into_iter().map(|bytes| Arc::new(bytes) as SharedBytes).collect();
    Words { header, messages, buffers }
}

/// Some entries, with small buffers and one that is not small.
fn batch(number: u32) -> Vec<Entry> {
    let submit = FromClient::Submit { run: number, calls: false, retries: 0 };
    let buffers = vec![vec![7; number as usize], vec![8; SMALL + 1], Vec::new()];
    let copies = FromWorker::Copies { run: RunId(ClientId(1), number), blocks: vec![1, 2] };
    vec![
        Entry::ClientCame { conversation: Conversation(1, number.into()) },
        Entry::ClientSaid(ClientId(1), words(vec![submit], buffers)),
        Entry::WorkerSaid(WorkerId(2), words(vec![copies], Vec::new())),
        Entry::Confirmed(Party::Worker(WorkerId(2)), 12),
        Entry::AllowedFailures(number),
        Entry::Answered(
            (ClientId(1), number),
            Answer { end: CallEnd::Gave, value: vec![3; number as usize] },
        ),
    ]
}

fn shown(records: &[Record]) -> String {
    let bytes = |entry: &Entry| match entry {
        Entry::ClientSaid(_, words) => {
            words.buffers.iter().map(|buffer| (**buffer).as_ref().to_vec()).collect()
        }
        _ => Vec::new(),
    };
    let all: Vec<Vec<Vec<u8>>> = records.iter().flat_map(|record| record.entries.iter().map(bytes)).collect();
    format!("{records:?} {all:?}")
}

fn write(folder: &Path, numbers: std::ops::Range<u32>) {
    let (mut journal, _) = Journal::open(folder, silent).unwrap();
    for number in numbers {
        journal.write(Duration::from_micros(number.into()), &batch(number)).unwrap();
    }
}

fn expected(count: u32) -> Vec<Record> {
    (0..count)
        .map(|number| Record { now: Duration::from_micros(number.into()), entries: batch(number) })
        .collect()
}

fn read(folder: &Path) -> Vec<Record> {
    Journal::open(folder, silent).unwrap().1
}

#[test]
fn says_what_was_written_also_by_several_schedulers_in_turn() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 0..3);
    write(folder.path(), 3..5);
    assert_eq!(shown(&read(folder.path())), shown(&expected(5)));
}

#[test]
fn a_record_that_was_cut_off_anywhere_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    write(folder.path(), 0..2);
    let two = fs::metadata(&path).unwrap().len();
    write(folder.path(), 2..3);
    let whole = fs::read(&path).unwrap();
    let lengths = (two..two + 200).chain([two + SMALL as u64, whole.len() as u64 - 1]);
    for length in lengths {
        fs::write(&path, &whole[..usize::try_from(length).unwrap()]).unwrap();
        assert_eq!(shown(&read(folder.path())), shown(&expected(2)), "{length} bytes");
        assert_eq!(fs::metadata(&path).unwrap().len(), two);
    }
    // And it goes on from there.
    write(folder.path(), 2..4);
    assert_eq!(shown(&read(folder.path())), shown(&expected(4)));
}

#[test]
fn a_bit_that_has_turned_ends_it_and_no_length_makes_it_allocate() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    write(folder.path(), 0..2);
    let two = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap();
    write(folder.path(), 2..3);
    let whole = fs::read(&path).unwrap();
    for at in (two..two + 300).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x80;
        fs::write(&path, &bytes).unwrap();
        assert_eq!(read(folder.path()).len(), 2, "byte {at}");
    }
}

#[test]
fn refuses_what_it_did_not_write_and_what_another_scheduler_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    fs::write(&path, "bramble journal 9\n").unwrap();
    let refused = Journal::open(folder.path(), silent).err().unwrap().to_string();
    assert!(refused.contains("bramble journal 9") && refused.contains("start the version"), "{refused}");
    fs::remove_file(&path).unwrap();
    let _held = Journal::open(folder.path(), silent).unwrap();
    let refused = Journal::open(folder.path(), silent).err().unwrap().to_string();
    assert!(refused.contains("another scheduler has it"), "{refused}");
}

proptest::proptest! {
    #[test]
    fn a_record_of_anything_is_refused_or_read(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
    }
}
