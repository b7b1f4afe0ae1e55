use std::sync::Arc;

use bramble_storage::SharedBytes;

use super::*;
use crate::protocol::{CallEnd, ClientId, Conversation, FromClient, FromWorker, RunId, WorkerId};
use crate::scheduler::here::Answer;

fn silent(_: &str) {}

/// More than is written here.
const LIMIT: u64 = 1 << 30;

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
    let (mut journal, _) = Journal::open(folder, LIMIT, silent).unwrap();
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
    Journal::open(folder, LIMIT, silent).unwrap().1
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
    let refused = Journal::open(folder.path(), LIMIT, silent).err().unwrap().to_string();
    assert!(refused.contains("bramble journal 9") && refused.contains("start the version"), "{refused}");
    fs::remove_file(&path).unwrap();
    let _held = Journal::open(folder.path(), LIMIT, silent).unwrap();
    let refused = Journal::open(folder.path(), LIMIT, silent).err().unwrap().to_string();
    assert!(refused.contains("another scheduler has it"), "{refused}");
}

/// A record without buffers, so that a journal is small enough to be cut off everywhere.
fn small(number: u32) -> Vec<Entry> {
    vec![Entry::ClientCame { conversation: Conversation(1, number.into()) }, Entry::TimePassed]
}

fn state() -> State {
    State { packed: vec![1, 2, 3], buffers: vec![Arc::new(vec![9; 20]), Arc::new(Vec::new())] }
}

fn write_small(journal: &mut Journal, numbers: std::ops::Range<u32>) {
    for number in numbers {
        journal.write(Duration::from_micros(number.into()), &small(number)).unwrap();
    }
}

fn small_records(numbers: std::ops::Range<u32>) -> Vec<Record> {
    let record = |number: u32| Record { now: Duration::from_micros(number.into()), entries: small(number) };
    numbers.map(record).collect()
}

/// A state at the time of a record.
fn state_record(number: u32) -> Record {
    Record { now: Duration::from_micros(number.into()), entries: vec![Entry::State(state())] }
}

/// A journal with three records that begins anew, and two that follow before the new file is there.
fn begin_anew(folder: &Path) -> Journal {
    let (mut journal, _) = Journal::open(folder, 0, silent).unwrap();
    write_small(&mut journal, 0..3);
    assert!(journal.has_grown());
    journal.begin_anew(Duration::from_micros(2), state());
    assert!(!journal.has_grown());
    write_small(&mut journal, 3..5);
    journal
}

fn wait_for_new_file(journal: &mut Journal) {
    while journal.rewriting.is_some() {
        journal.end_rewriting();
        std::thread::yield_now();
    }
}

#[test]
fn begins_anew_with_the_state_and_what_was_written_meanwhile_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = begin_anew(folder.path());
    let before = fs::metadata(&journal.path).unwrap().len();
    wait_for_new_file(&mut journal);
    assert!(journal.length < before + 100 && journal.length == fs::metadata(&journal.path).unwrap().len());
    assert!(!folder.path().join("journal.new").exists());
    write_small(&mut journal, 5..7);
    drop(journal);
    let (mut journal, records) = Journal::open(folder.path(), 0, silent).unwrap();
    let expected: Vec<Record> = [state_record(2)].into_iter().chain(small_records(3..7)).collect();
    assert_eq!(shown(&records), shown(&expected));
    let State { packed, buffers } = state();
    let Entry::State(found) = &records[0].entries[0] else { panic!("no state") };
    assert_eq!(found.packed, packed);
    for (found, written) in found.buffers.iter().zip(&buffers) {
        assert_eq!((**found).as_ref(), (**written).as_ref());
    }
    // Once more, from a journal that has begun anew.
    journal.begin_anew(Duration::from_micros(6), state());
    wait_for_new_file(&mut journal);
    drop(journal);
    assert_eq!(shown(&read(folder.path())), shown(&[state_record(6)]));
}

#[test]
fn does_not_begin_anew_before_it_has_grown_by_as_much_as_the_state() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = begin_anew(folder.path());
    wait_for_new_file(&mut journal);
    let begun = journal.begun;
    let mut number = 5;
    while !journal.has_grown() {
        write_small(&mut journal, number..number + 1);
        number += 1;
    }
    assert!(journal.length > 2 * begun && number > 5, "{} bytes after {begun}", journal.length);
}

#[test]
fn a_power_cut_anywhere_leaves_whole_records_also_where_it_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = begin_anew(folder.path());
    let path = journal.path.clone();
    let old = fs::read(&path).unwrap();
    // The new file is cut off anywhere while it is written: the old one counts, which too may be cut off anywhere.
    wait_for_new_file(&mut journal);
    let begun = usize::try_from(journal.begun).unwrap();
    drop(journal);
    let new = fs::read(&path).unwrap();
    let unfinished = folder.path().join("journal.new");
    for cut in 0..new.len() {
        fs::write(&path, &old).unwrap();
        fs::write(&unfinished, &new[..cut]).unwrap();
        assert_eq!(shown(&read(folder.path())), shown(&small_records(0..5)), "{cut} bytes of the new file");
        assert!(!unfinished.exists());
    }
    let mut count = 0;
    for cut in 0..=old.len() {
        fs::write(&path, &old[..cut]).unwrap();
        let records = read(folder.path());
        assert!((count..=count + 1).contains(&records.len()), "{cut} bytes");
        count = records.len();
        assert_eq!(shown(&records), shown(&small_records(0..u32::try_from(count).unwrap())));
    }
    assert_eq!(count, 5);
    // It takes the place of the old one when its state is on disk: what follows may be cut off.
    for cut in begun..=new.len() {
        fs::write(&path, &new[..cut]).unwrap();
        let records = read(folder.path());
        let all: Vec<Record> = [state_record(2)].into_iter().chain(small_records(3..5)).collect();
        assert_eq!(shown(&records), shown(&all[..records.len()]), "{cut} bytes");
        assert_eq!(records.len() == 3, cut == new.len());
    }
}

#[test]
fn goes_on_as_it_is_where_it_cannot_begin_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::open(folder.path(), 0, silent).unwrap();
    write_small(&mut journal, 0..2);
    // A folder stands where the new file should.
    fs::create_dir(folder.path().join("journal.new")).unwrap();
    journal.begin_anew(Duration::ZERO, state());
    wait_for_new_file(&mut journal);
    write_small(&mut journal, 2..3);
    assert!(!journal.has_grown(), "it is not tried again at once");
    fs::remove_dir(folder.path().join("journal.new")).unwrap();
    drop(journal);
    assert_eq!(shown(&read(folder.path())), shown(&small_records(0..3)));
}

proptest::proptest! {
    #[test]
    fn a_record_of_anything_is_refused_or_read(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
    }
}
