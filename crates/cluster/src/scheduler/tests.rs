//! What is asked for tasks beyond their result, who is told when nobody can do them, and what waits for room.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bramble_graph::{
    Annotations, Axis, Column, Create, DType, Graph, Grid, Kind, Layer, NONE, Scalar, Tasks,
};
use bramble_storage::SharedBytes;

use super::{Outbox, Scheduler};
use crate::protocol::{
    ClientId, DoneTasks, Failure, FromClient, FromWorker, Made, RunId, ToClient, ToWorker, Trouble,
    WorkerHello, WorkerId,
};

/// Keeps what it is given.
#[derive(Default)]
struct Post {
    handed_out: Vec<(WorkerId, RunId, u64, u32)>,
    waiting: Vec<String>,
    done: Vec<(u32, DoneTasks)>,
    asked_back: Vec<(WorkerId, RunId, u64, u32)>,
    /// Of tasks that workers died of, how many did.
    killed: Vec<usize>,
}

impl Outbox for Post {
    fn tell_worker(&mut self, worker: WorkerId, message: ToWorker, _: Vec<SharedBytes>) {
        match message {
            ToWorker::Compute { run, tasks } => {
                self.handed_out.extend(tasks.iter().map(|task| (worker, run, task.block, task.attempt)));
            }
            ToWorker::GiveBack { run, block, attempt } => {
                self.asked_back.push((worker, run, block, attempt));
            }
            _ => {}
        }
    }

    fn make_call(&mut self, _: ClientId, _: u32, _: SharedBytes) {}

    fn tell_client(&mut self, _: ClientId, message: ToClient, _: Vec<SharedBytes>) {
        match message {
            ToClient::Waiting { words, .. } => self.waiting.push(words),
            ToClient::Tasks { run, done } => self.done.push((run, done)),
            ToClient::Killed { clues, .. } => self.killed.push(clues.len()),
            _ => {}
        }
    }
}

struct World {
    scheduler: Scheduler,
    client: ClientId,
    post: Post,
}

impl World {
    fn new() -> World {
        let mut scheduler = Scheduler::default();
        let client = scheduler.add_client();
        World { scheduler, client, post: Post::default() }
    }

    fn add_worker(&mut self, name: &str, resources: &[(&str, f64)]) -> WorkerId {
        self.add_worker_with(name, resources, 1 << 30)
    }

    fn add_worker_with(&mut self, name: &str, resources: &[(&str, f64)], memory: u64) -> WorkerId {
        let hello = WorkerHello {
            name: name.into(),
            address: format!("inproc://{name}"),
            threads: 1,
            memory,
            calls: true,
            pid: 1,
            surroundings: None,
            resources: resources.iter().map(|&(name, amount)| (name.to_owned(), amount)).collect(),
            watch: 0,
        };
        let address = hello.address.clone();
        self.scheduler.add_worker(Duration::ZERO, hello, address)
    }

    /// Hands in tasks that read nothing, each of which asks for something.
    fn submit(&mut self, run: u32, asked: &[Annotations]) {
        let count = asked.len();
        let numbers: Vec<u32> = (0..).take(count).collect();
        let tasks = Tasks {
            functions: vec![0; count].into(),
            arguments: vec![NONE; count].into(),
            starts: vec![0; count + 1].into(),
            edges: Column::default(),
            annotations: numbers.into(),
        };
        let layer = Layer {
            name: "tasks".into(),
            dtype: DType::Float64,
            grid: Grid::new([Axis::regular(count as u64, 1)]),
            inputs: Vec::new(),
            kind: Kind::Tasks(tasks),
            annotations: None,
        };
        let graph = Graph { layers: vec![layer], outputs: vec![0], annotations: asked.to_vec() };
        self.submit_graph(run, &graph);
    }

    /// Hands in an array of ones, of which each block takes so many bytes.
    fn submit_ones(&mut self, run: u32, blocks: u64, bytes: u64) {
        self.submit_graph(run, &ones(blocks, bytes));
    }

    fn submit_graph(&mut self, run: u32, graph: &Graph) {
        let bytes: SharedBytes = Arc::new(rmp_serde::to_vec_named(graph).unwrap());
        self.say(FromClient::Submit { run, calls: true, retries: 0 }, vec![bytes]);
    }

    fn say(&mut self, message: FromClient, buffers: Vec<SharedBytes>) {
        self.scheduler.hear_client(Duration::ZERO, self.client, message, buffers, &mut self.post);
        self.flush();
    }

    fn flush(&mut self) {
        self.scheduler.flush(&mut self.post);
        self.scheduler.sanity_check();
    }

    /// The worker has made what it was handed first; gives that.
    fn make(&mut self) -> (u32, u64) {
        self.make_with(8, 1_000_000)
    }

    fn make_with(&mut self, bytes: u64, micros: u64) -> (u32, u64) {
        let (worker, run, block, attempt) = self.post.handed_out.remove(0);
        let made = vec![Made { block, attempt, bytes, micros }];
        let message = FromWorker::Made { run, made };
        self.scheduler.hear_worker(Duration::ZERO, worker, message, Vec::new(), &mut self.post);
        self.flush();
        (run.1, block)
    }
}

/// An array of ones, of which each block takes so many bytes.
fn ones(blocks: u64, bytes: u64) -> Graph {
    let layer = Layer {
        name: "ones".into(),
        dtype: DType::Float64,
        grid: Grid::new([Axis::regular(blocks * bytes / 8, bytes / 8)]),
        inputs: Vec::new(),
        kind: Kind::Create(Create::Full { value: Scalar::Float(1.0) }),
        annotations: None,
    };
    Graph { layers: vec![layer], outputs: vec![0], annotations: Vec::new() }
}

fn answer(world: &mut World, is_given: bool) {
    let (worker, run, block, attempt) = world.post.asked_back.remove(0);
    let message = FromWorker::GaveBack { run, block, attempt, is_given };
    world.scheduler.hear_worker(Duration::ZERO, worker, message, Vec::new(), &mut world.post);
    world.flush();
}

fn priority(priority: i32) -> Annotations {
    Annotations { priority, ..Annotations::default() }
}

fn resource(name: &str, amount: f64) -> Annotations {
    Annotations { resources: BTreeMap::from([(name.to_owned(), amount)]), ..Annotations::default() }
}

#[test]
fn the_highest_priority_goes_first_whatever_graph_it_is_of() {
    let mut world = World::new();
    // Nothing is handed out before the worker is there.
    world.submit(1, &[priority(0), priority(-5), priority(3)]);
    world.submit(2, &[priority(2), priority(4), priority(-5)]);
    world.add_worker("one", &[]);
    world.flush();
    let order: Vec<i32> = (0..6)
        .map(|_| match world.make() {
            (1, block) => [0, -5, 3][usize::try_from(block).unwrap()],
            (_, block) => [2, 4, -5][usize::try_from(block).unwrap()],
        })
        .collect();
    assert_eq!(order, [4, 3, 2, 0, -5, -5]);
}

#[test]
fn a_task_is_guilty_of_one_death_more_than_is_allowed() {
    for allowed in [0, 1, 4] {
        let mut world = World::new();
        world.scheduler.allow_failures(allowed);
        world.submit(1, &[Annotations::default()]);
        for death in 0..=allowed {
            assert_eq!(world.post.killed, Vec::<usize>::new());
            let worker = world.add_worker(&format!("worker {death}"), &[]);
            world.flush();
            world.scheduler.lose_worker(Duration::ZERO, worker, "killed", true, &mut world.post);
            world.flush();
        }
        assert_eq!(world.post.killed, [allowed as usize + 1]);
    }
}

#[test]
fn who_follows_a_graph_hears_of_its_tasks_and_of_no_other() {
    let mut world = World::new();
    let worker = world.add_worker("one", &[]);
    let follow = FromClient::Follow { run: 2 };
    world.scheduler.hear_client(Duration::ZERO, world.client, follow, Vec::new(), &mut world.post);
    world.submit(1, &[Annotations::default()]);
    world.submit(2, &[Annotations::default(), Annotations::default()]);
    let made: Vec<(u32, u64)> = (0..3).map(|_| world.make()).collect();
    let told: Vec<(u32, u64)> = (world.post.done.iter())
        .flat_map(|(run, done)| done.spans.iter().map(|span| (*run, span.block[0])))
        .collect();
    assert_eq!(told, made.into_iter().filter(|&(run, _)| run == 2).collect::<Vec<_>>());
    let (_, DoneTasks { spans, workers }) = &world.post.done[0];
    assert_eq!((spans[0].layer.as_str(), spans[0].worker, spans[0].bytes), ("tasks", worker, 8));
    assert_eq!(*workers, [(worker, "one".to_owned())]);
    // Its number may be used again, for one that is not followed.
    let end = FromClient::End { run: 2 };
    world.scheduler.hear_client(Duration::ZERO, world.client, end, Vec::new(), &mut world.post);
    world.submit(2, &[Annotations::default()]);
    world.make();
    assert_eq!(world.post.done.len(), 2);
}

#[test]
fn who_follows_a_graph_hears_of_each_attempt_that_failed() {
    let mut world = World::new();
    let worker = world.add_worker("one", &[]);
    let follow = FromClient::Follow { run: 1 };
    world.scheduler.hear_client(Duration::ZERO, world.client, follow, Vec::new(), &mut world.post);
    world.submit(1, &[Annotations { retries: 1, ..Annotations::default() }]);
    for _ in 0..2 {
        let (_, run, block, attempt) = world.post.handed_out.remove(0);
        let trouble = Trouble { code: "TASK_FAILED".into(), message: "no".into(), thrown: None };
        let failure = Failure { block, attempt, micros: 2_000_000, trouble };
        let now = Duration::from_secs(5);
        let failed = FromWorker::Failed { run, failure };
        world.scheduler.hear_worker(now, worker, failed, Vec::new(), &mut world.post);
        world.flush();
    }
    let spans: Vec<_> = world.post.done.iter().flat_map(|(_, done)| &done.spans).collect();
    let times: Vec<_> = spans.iter().map(|span| (span.worker, span.start, span.end)).collect();
    assert_eq!(times, [(worker, 3.0, 5.0); 2]);
}

#[test]
fn as_many_have_a_thing_as_there_are() {
    let mut world = World::new();
    let able = world.add_worker("able", &[("lamp", 0.3)]);
    let other = world.add_worker("other", &[]);
    let mut asked = vec![resource("lamp", 0.1); 5];
    asked.push(Annotations::default());
    world.submit(1, &asked);
    let count = |world: &World, worker| world.post.handed_out.iter().filter(|task| task.0 == worker).count();
    // Though it has one thread, more than that may be on their way to it.
    assert!(count(&world, able) <= 3 && count(&world, other) == 1);
    let mut made = 0;
    while !world.post.handed_out.is_empty() {
        world.make();
        made += 1;
        assert!(count(&world, able) <= 3);
    }
    assert_eq!(made, 6);
}

#[test]
fn a_worker_with_nothing_to_do_gets_what_others_have_not_begun() {
    let mut world = World::new();
    let one = world.add_worker("one", &[]);
    world.submit(1, &[Annotations::default(), Annotations::default()]);
    assert_eq!(world.post.handed_out.iter().map(|task| task.0).collect::<Vec<_>>(), [one, one]);
    let later = world.post.handed_out[1];
    let two = world.add_worker("two", &[]);
    world.flush();
    world.flush();
    assert_eq!(world.post.asked_back, [later]);
    answer(&mut world, true);
    let (.., run, block, attempt) = later;
    assert_eq!(world.post.handed_out[2..], [(two, run, block, attempt + 1)]);
    assert!(world.post.asked_back.is_empty());
}

#[test]
fn what_was_begun_is_not_asked_for_again() {
    let mut world = World::new();
    world.add_worker("one", &[]);
    let kept = Annotations { workers: vec!["one".into()], ..Annotations::default() };
    world.submit(1, &[Annotations::default(), Annotations::default()]);
    world.add_worker("two", &[]);
    world.flush();
    answer(&mut world, false);
    assert!(world.post.asked_back.is_empty());
    assert_eq!(world.post.handed_out.len(), 2);
    world.make();
    world.make();
    // Nor is what the idle one may not do.
    world.submit(2, &[kept.clone(), kept]);
    assert!(world.post.asked_back.is_empty());
}

#[test]
fn people_are_told_once_of_what_nobody_can_do() {
    let mut world = World::new();
    let seconds = Duration::from_secs;
    world.add_worker("one", &[("GPU", 1.0)]);
    let named = Annotations { workers: vec!["two".into()], ..Annotations::default() };
    world.submit(1, &[resource("GPU", 2.0), named, resource("GPU", 1.0)]);
    for now in [0, 9] {
        world.scheduler.tell_of_waits(seconds(now), &mut world.post);
        assert!(world.post.waiting.is_empty());
    }
    for now in [10, 11, 99] {
        world.scheduler.tell_of_waits(seconds(now), &mut world.post);
    }
    let told = std::mem::take(&mut world.post.waiting).join("\n");
    assert_eq!(told.lines().count(), 2, "{told}");
    assert!(told.contains("tasks waits for a worker that has what it needs"), "{told}");
    assert!(told.contains("2 of the resource GPU, and to call functions; the workers are one"), "{told}");
    assert!(told.contains("to be two"), "{told}");
    // Once somebody has it, the time begins anew.
    let two = world.add_worker("two", &[]);
    world.flush();
    assert!(world.post.handed_out.iter().any(|task| task.0 == two));
    world.scheduler.tell_of_waits(seconds(100), &mut world.post);
    assert!(world.post.waiting.is_empty());
}

#[test]
fn people_are_told_that_there_is_no_worker() {
    let mut world = World::new();
    world.submit(1, &[Annotations::default()]);
    world.scheduler.tell_of_waits(Duration::from_secs(1), &mut world.post);
    world.scheduler.tell_of_waits(Duration::from_secs(11), &mut world.post);
    assert_eq!(world.post.waiting, ["tasks waits: there is no worker"]);
}

#[test]
fn nobody_gets_a_block_that_it_cannot_hold_while_others_can() {
    let mut world = World::new();
    let small = world.add_worker_with("small", &[], 100 << 20);
    let large = world.add_worker_with("large", &[], 1 << 30);
    world.submit_ones(1, 4, 128 << 20);
    world.submit_ones(2, 4, 32 << 20);
    let who = |world: &World, run| {
        let tasks = world.post.handed_out.iter().filter(|task| task.1.1 == run);
        tasks.map(|task| task.0).collect::<Vec<_>>()
    };
    // What waits for the large one is no reason for the small one to do nothing.
    assert!(who(&world, 1).iter().all(|&worker| worker == large));
    assert!(who(&world, 2).contains(&small));
    for _ in 0..8 {
        assert!(!who(&world, 1).contains(&small));
        world.make();
    }
    assert!(world.post.handed_out.is_empty());
}

#[test]
fn where_nobody_has_the_room_the_one_with_the_most_makes_the_block() {
    let mut world = World::new();
    world.add_worker_with("small", &[], 50 << 20);
    let larger = world.add_worker_with("larger", &[], 100 << 20);
    world.submit_ones(1, 3, 256 << 20);
    for _ in 0..3 {
        assert_eq!(world.post.handed_out[0].0, larger);
        world.make();
    }
}

/// So small a part of a second that a worker would be handed hundreds of such tasks at once.
const SHORT: u64 = 10;

#[test]
fn sources_are_handed_out_by_the_room_that_their_blocks_take() {
    const BYTES: u64 = 100 << 20;
    let mut world = World::new();
    world.add_worker("one", &[]);
    world.submit_ones(1, 50, BYTES);
    // Half of its memory has room for five.
    let mut held = Vec::new();
    while held.len() < 5 {
        held.push(world.make_with(BYTES, SHORT).1);
        // Until two are made, how long they take is not known of what it has.
        if held.len() > 1 {
            let expected = (5 - held.len()).max(1);
            assert_eq!(world.post.handed_out.len(), expected, "with {} blocks", held.len());
        }
    }
    // With nothing else to do it makes one more, and one after the other.
    for _ in 0..3 {
        held.push(world.make_with(BYTES, SHORT).1);
        assert_eq!(world.post.handed_out.len(), 1);
    }
    // What is fetched makes room: three are left, one is on its way, and one fits beside them.
    world.say(FromClient::Fetched { run: 1, blocks: held.split_off(3) }, Vec::new());
    assert_eq!(world.post.handed_out.len(), 2);
    // A graph that ends takes nothing any more.
    world.say(FromClient::End { run: 1 }, Vec::new());
    world.post.handed_out.clear();
    world.submit_ones(2, 50, BYTES);
    world.make_with(BYTES, SHORT);
    world.make_with(BYTES, SHORT);
    assert_eq!(world.post.handed_out.len(), 3);
}

#[test]
fn room_of_sources_is_that_of_what_was_made_where_lengths_are_unknown_and_several_share_it() {
    let mut world = World::new();
    let workers = [world.add_worker("one", &[]), world.add_worker("two", &[])];
    world.submit(1, &vec![Annotations::default(); 50]);
    world.make_with(200 << 20, SHORT);
    world.make_with(200 << 20, SHORT);
    // Each has room for two, which it holds or was handed.
    while world.post.handed_out.len() > 2 {
        world.make_with(200 << 20, SHORT);
    }
    let mut who: Vec<WorkerId> = world.post.handed_out.iter().map(|task| task.0).collect();
    who.sort_unstable();
    assert_eq!(who, workers);
}

#[test]
fn sources_that_are_kept_need_not_wait() {
    let mut world = World::new();
    world.add_worker("one", &[]);
    let bytes: SharedBytes = Arc::new(rmp_serde::to_vec_named(&ones(50, 100 << 20)).unwrap());
    let keep = FromClient::Keep { run: 1, calls: false, retries: 0, loans: Vec::new() };
    world.say(keep, vec![bytes]);
    world.make_with(100 << 20, SHORT);
    world.make_with(100 << 20, SHORT);
    assert_eq!(world.post.handed_out.len(), 48);
}

#[test]
fn what_is_only_passed_on_is_so_at_once_where_it_lies() {
    let mut world = World::new();
    let one = world.add_worker("one", &[]);
    let two = world.add_worker("two", &[]);
    // Two calls, then ten parts of the first, and a call of all of these.
    let parts = 10;
    let calls = [vec![0; 2], vec![NONE; parts], vec![0]].concat();
    let arguments = [vec![NONE; 2], (0..).take(parts).collect(), vec![NONE]].concat();
    let edges = [vec![0; parts], (2..).take(parts).collect()].concat();
    let starts = [vec![0, 0], (0..=10).collect(), vec![20]].concat();
    let tasks = Tasks {
        functions: calls.into(),
        arguments: arguments.into(),
        starts: starts.into(),
        edges: edges.into(),
        annotations: Column::default(),
    };
    let layer = Layer {
        name: "tasks".into(),
        dtype: DType::Float64,
        grid: Grid::new([Axis::regular(13, 1)]),
        inputs: Vec::new(),
        kind: Kind::Tasks(tasks),
        annotations: None,
    };
    world.submit_graph(1, &Graph { layers: vec![layer], outputs: vec![0], annotations: Vec::new() });
    assert_eq!(
        world.post.handed_out.iter().map(|task| (task.0, task.2)).collect::<Vec<_>>(),
        [(one, 0), (two, 1)]
    );
    world.make();
    // The other worker would fetch the whole block for a part of it, and one that is at work need not end that first.
    let parts = world.post.handed_out.split_off(1);
    assert_eq!(parts.len(), 10);
    assert!(parts.iter().all(|task| task.0 == one));
    // They say nothing of how long calls take: of these one is handed out at a time.
    world.post.handed_out.extend(parts);
    world.make();
    for _ in 0..10 {
        world.make_with(8, 0);
    }
    assert_eq!(world.post.handed_out.len(), 1);
    world.make();
    assert!(world.post.handed_out.is_empty());
}
