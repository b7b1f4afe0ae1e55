//! The worker with its connections, its threads and its clock.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bramble_array::Block;
use bramble_graph::{BlockId, ReadyTask};
use bramble_runtime::{CallFeed, CallQueue, Fate, Kernels, Larder, Parcel, Passed, TaskError};
use bramble_storage::SharedBytes;
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::mpsc;

use super::calls::{Answerer, OnCall};
use super::climate::Climate;
use super::core::{Action, WorkerCore};
use super::memory::MemoryWatch;
use super::options::WorkerOptions;
use super::prepare::{Prepared, prepare};
use super::threads::{Ended, Job, Threads, load, micros};
use super::usage::Usage;
use crate::connection::{Receiver, Word, share};
use crate::door::{Caller, accept};
use crate::error::ClusterError;
use crate::line::Line;
use crate::peer::{PeerPool, Wish, serve_peer};
use crate::protocol::{
    Beat, CallEnd, FromWorker, Hello, Pulse, RunId, ToWorker, Trouble, Welcome, WorkerHello, WorkerId,
    encode_block,
};
use crate::security::{Gate, Limits};
use crate::session::{Resumed, Resumption, call, new_conversation};
use crate::silence::PULSE;
use crate::transport::Listener;

/// How long a worker that wants to go waits until others have what it has.
const FAREWELL: Duration = Duration::from_mins(1);

/// How a session with a scheduler ended.
enum End {
    /// Somebody wants the worker to end.
    Stop,
    /// The scheduler has gone, and may come back.
    Lost,
}

/// Works for a scheduler until it says that the worker should leave, or until `shutdown`. A scheduler that is lost is
/// looked for again.
///
/// # Errors
/// Whatever a retry does not help against, and [`ClusterError::Timeout`].
pub async fn serve(options: WorkerOptions, shutdown: impl Future<Output = ()>) -> Result<(), ClusterError> {
    tokio::pin!(shutdown);
    loop {
        let ended = tokio::select! {
            () = &mut shutdown => return Ok(()),
            begun = Session::begin(&options) => begun?.run(&mut shutdown).await,
        };
        if let End::Stop = ended {
            return Ok(());
        }
    }
}

enum Event {
    Scheduler(Vec<ToWorker>, Vec<SharedBytes>),
    Pulse(Pulse),
    /// The connection to the scheduler has ended.
    Cut,
    /// There is another one, or there will be none.
    Resumed(Option<Resumed>),
    Prepared(RunId, Result<Prepared, (String, Trouble)>),
    /// Native tasks have ended.
    Ended(Vec<Ended>),
    Called {
        run: RunId,
        block: u64,
        made: Result<Block, TaskError>,
        /// Without what it waited for its turn.
        took: Duration,
    },
    /// A call waits for something, or goes on.
    Aside {
        run: RunId,
        block: u64,
        waits: bool,
    },
    Fetched {
        from: WorkerId,
        run: RunId,
        blocks: Vec<(u64, Option<Block>)>,
    },
    /// A call beside the tasks has ended.
    Answered(u64, CallEnd, Vec<u8>),
    /// A block has gone to disk, or could not.
    Spilled,
}

/// The time with one scheduler.
struct Session {
    core: WorkerCore<Parcel>,
    larder: Larder,
    watch: MemoryWatch,
    kernels: HashMap<RunId, Arc<Kernels>>,
    calls: Option<Arc<CallQueue>>,
    on_call: Option<OnCall>,
    /// Of graphs that call functions.
    feeds: HashMap<RunId, Arc<CallFeed>>,
    /// Calls under way, with the attempt and when they came to wait for an executor.
    calling: HashMap<(RunId, u64), (u32, Instant)>,
    /// The buffers of what functions threw, until it is told.
    thrown: HashMap<(RunId, u64), Vec<SharedBytes>>,
    scheduler: Line<FromWorker>,
    resumption: Resumption,
    peers: Arc<PeerPool>,
    pool: Arc<ThreadPool>,
    threads: Threads,
    /// For the threads, when the core wants nothing more.
    jobs: Vec<Job>,
    code_of: fn(&TaskError) -> &'static str,
    events: mpsc::UnboundedSender<Event>,
    queue: mpsc::UnboundedReceiver<Event>,
    callers: mpsc::Receiver<Caller>,
    usage: Usage,
    climate: Climate,
    /// Ends with the session.
    tasks: tokio::task::JoinSet<()>,
}

impl Session {
    async fn begin(options: &WorkerOptions) -> Result<Session, ClusterError> {
        let tell = options.tell;
        let gate = Gate::new(options.security.clone(), Limits::default(), tell);
        let listener = Listener::bind(&options.listen, Arc::new(gate)).await?;
        let pool = pool(options)?;
        let conversation = new_conversation(&options.scheduler)?;
        let hello = WorkerHello {
            name: options.name.clone(),
            address: listener.address().to_string(),
            threads: u32::try_from(pool.current_num_threads()).unwrap_or(u32::MAX),
            memory: options.memory,
            calls: options.calls.is_some(),
            surroundings: options.surroundings.clone(),
            pid: std::process::id(),
            resources: options.resources.clone(),
            watch: options.watch,
        };
        let hello = Hello::Worker(hello, conversation);
        let (frames, mut receiver, welcome) =
            call(&options.scheduler, &options.security, &hello, options.patience).await?;
        let Welcome::Worker(id, lasts) = welcome else {
            let (address, why) = (options.scheduler.to_string(), "it takes us for something else".into());
            return Err(ClusterError::Refused { address, why });
        };
        let (events, queue) = mpsc::unbounded_channel();
        let larder = larder(options, pool.current_num_threads(), events.clone());
        let told = events.clone();
        let threads = Threads::new(Arc::clone(&pool), move |ended| {
            let _ = told.send(Event::Ended(ended));
        });
        let (door, callers) = mpsc::channel(64);
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(accept(listener, door));
        receiver.expect_pulses();
        tasks.spawn(listen(receiver, events.clone()));
        let (address, security) = (options.scheduler.clone(), options.security.clone());
        let resumption = Resumption { address, security, conversation, lasts, patience: options.patience };
        Ok(Session {
            core: WorkerCore::new(id, pool.current_num_threads()),
            larder,
            watch: MemoryWatch::new(options.process_memory),
            kernels: HashMap::new(),
            calls: options.calls.clone(),
            on_call: options.on_call.clone(),
            feeds: HashMap::new(),
            calling: HashMap::new(),
            thrown: HashMap::new(),
            scheduler: Line::new(Some(frames)),
            resumption,
            peers: Arc::new(PeerPool::new(options.security.clone())),
            pool,
            threads,
            jobs: Vec::new(),
            code_of: options.code_of,
            events,
            queue,
            callers,
            usage: Usage::default(),
            climate: Climate::of(Path::new("/")),
            tasks,
        })
    }

    async fn run(mut self, shutdown: &mut (impl Future<Output = ()> + Unpin)) -> End {
        let mut beat = tokio::time::interval(PULSE);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let (wishes, mut wished) = mpsc::unbounded_channel();
        let mut batch = Vec::new();
        let mut last = None;
        loop {
            tokio::select! {
                () = &mut *shutdown, if last.is_none() => {
                    self.scheduler.add(FromWorker::Retiring { why: "it was told to stop".into() }, Vec::new());
                    last = Some(tokio::time::Instant::now() + FAREWELL);
                }
                () = until(last) => {
                    self.scheduler.send(FromWorker::Leaving { why: "its time is up".into() });
                    return End::Stop;
                }
                _ = beat.tick() => {
                    let beat = self.measure();
                    self.scheduler.pulse(Some(beat));
                }
                Some(caller) = self.callers.recv() => {
                    if let Hello::Peer = caller.hello {
                        while self.tasks.try_join_next().is_some() {}
                        self.tasks.spawn(serve_peer(caller, wishes.clone()));
                    } else {
                        let why = "this is a worker, and no scheduler".into();
                        drop(caller.welcome::<FromWorker>(Welcome::Refused(why)));
                    }
                }
                Some(Wish { run, blocks, reply }) = wished.recv() => {
                    drop(reply.send(self.core.give(run, &blocks)));
                }
                _ = self.queue.recv_many(&mut batch, 256) => {
                    for event in batch.drain(..) {
                        if let Some(end) = self.handle(event) {
                            return if last.is_some() { End::Stop } else { end };
                        }
                    }
                }
            }
            self.core.set_full(self.larder.is_full() || self.watch.is_high());
            self.act();
        }
    }

    fn handle(&mut self, event: Event) -> Option<End> {
        match event {
            Event::Cut => self.look_for_scheduler(),
            Event::Resumed(Some(resumed)) if self.scheduler.can_go_on(resumed.heard) => {
                self.scheduler.go_on(resumed.frames, resumed.heard);
                self.tasks.spawn(listen(resumed.receiver, self.events.clone()));
            }
            Event::Resumed(_) => return Some(End::Lost),
            Event::Pulse(pulse) => self.scheduler.confirm(pulse.heard),
            Event::Scheduler(messages, mut buffers) => {
                self.scheduler.hear();
                for message in messages {
                    if let ToWorker::Leave { .. } = message {
                        return Some(End::Stop);
                    }
                    self.hear(message, std::mem::take(&mut buffers));
                }
            }
            Event::Prepared(run, Ok(prepared)) => self.begin_tasks(run, prepared),
            Event::Prepared(run, Err((layer, trouble))) => {
                self.scheduler.add(FromWorker::Unprepared { run, layer, trouble }, Vec::new());
            }
            Event::Ended(tasks) => {
                for Ended { run, block, attempt, made, micros } in tasks {
                    self.executed(run, block, attempt, made, micros);
                }
            }
            Event::Called { run, block, made, took } => {
                if let Some((attempt, _)) = self.calling.remove(&(run, block)) {
                    self.executed(run, block, attempt, made, micros(took));
                }
            }
            Event::Aside { run, block, waits } => {
                if let Some(&(attempt, _)) = self.calling.get(&(run, block)) {
                    self.core.set_aside(run, block, attempt, waits);
                }
            }
            Event::Fetched { from, run, blocks } => {
                let keep = |block| with_bytes(self.larder.keep(block));
                let blocks = blocks.into_iter().map(|(id, block)| (id, block.map(keep))).collect();
                self.core.fetched(from, run, blocks);
            }
            Event::Answered(number, end, value) => {
                let buffers = match end {
                    CallEnd::Failed(_) => Vec::new(),
                    CallEnd::Gave | CallEnd::Threw => vec![Arc::new(value) as SharedBytes],
                };
                self.scheduler.add(FromWorker::Answered { number, end }, buffers);
            }
            // There may be room now, which the loop looks for.
            Event::Spilled => {}
        }
        None
    }

    /// The connection was cut: what is under way goes on meanwhile.
    fn look_for_scheduler(&mut self) {
        self.scheduler.cut();
        let (resumption, heard) = (self.resumption.clone(), self.scheduler.heard());
        let events = self.events.clone();
        self.tasks.spawn(async move {
            let _ = events.send(Event::Resumed(resumption.resume(heard).await));
        });
    }

    fn hear(&mut self, message: ToWorker, buffers: Vec<SharedBytes>) {
        match message {
            ToWorker::Begin { run, memory, calls } => {
                self.core.begin(run);
                self.prepare(run, memory, calls, buffers);
            }
            ToWorker::Peer { worker, address } => self.peers.introduce(worker, address),
            ToWorker::Compute { run, tasks } => self.core.compute(run, tasks),
            ToWorker::Take { run, places } => self.core.take(run, places),
            ToWorker::Adopt { run, adoption } => self.core.adopt(run, &adoption),
            ToWorker::GiveBack { run, block, attempt } => self.core.give_back(run, block, attempt),
            ToWorker::Free { run, blocks } => {
                let garbage = self.core.free(run, &blocks);
                self.discard(garbage);
            }
            ToWorker::End { run } => {
                self.kernels.remove(&run);
                // Before its calls are: what ends would make room for its other tasks.
                let garbage = self.core.end(run);
                self.stop_calls(run);
                self.discard(garbage);
            }
            ToWorker::Call { number } => self.make_call(number, buffers),
            ToWorker::Leave { .. } => {}
        }
    }

    fn make_call(&self, number: u64, buffers: Vec<SharedBytes>) {
        let events = self.events.clone();
        let answerer = Answerer::new(move |end, value| {
            let _ = events.send(Event::Answered(number, end, value));
        });
        match (&self.on_call, buffers.into_iter().next()) {
            (Some(on_call), Some(call)) => on_call(call, answerer),
            _ => answerer.refuse("it calls no functions"),
        }
    }

    /// Gives memory back, which takes time, where nobody waits.
    fn discard(&self, garbage: Vec<Parcel>) {
        if !garbage.is_empty() {
            self.pool.spawn(move || drop(garbage));
        }
    }

    fn prepare(&self, run: RunId, memory: u64, calls: bool, buffers: Vec<SharedBytes>) {
        let (events, code_of) = (self.events.clone(), self.code_of);
        self.pool.spawn_fifo(move || {
            let prepared = prepare(buffers, memory, calls, code_of);
            let _ = events.send(Event::Prepared(run, prepared));
        });
    }

    /// Does what the core wants done.
    fn act(&mut self) {
        loop {
            let actions = self.core.take_actions();
            if actions.is_empty() {
                break;
            }
            for action in actions {
                self.carry_out(action);
            }
        }
        self.threads.execute(self.jobs.drain(..));
        self.scheduler.flush();
    }

    fn carry_out(&mut self, action: Action<Parcel>) {
        match action {
            Action::Execute { run, block, attempt, inputs } => self.execute(run, block, attempt, inputs),
            Action::Fetch { from, run, blocks } => self.fetch(from, run, blocks),
            Action::Tell(message) => {
                let buffers = match &message {
                    FromWorker::Failed { run, failure } => self.thrown.remove(&(*run, failure.block)),
                    _ => None,
                };
                self.scheduler.add(message, buffers.unwrap_or_default());
            }
        }
    }

    fn execute(&mut self, run: RunId, block: u64, attempt: u32, inputs: Vec<Parcel>) {
        let Some(kernels) = self.kernels.get(&run).map(Arc::clone) else {
            // The graph has ended since: the place is free again.
            return self.executed(run, block, attempt, Err(TaskError::NoExecutor), 0);
        };
        let (layer, at) = kernels.plan().locate(BlockId(block));
        let kind = &kernels.plan().layer(layer).layer.kind;
        if let Some(passed) = Passed::by(kind, &at) {
            let input = inputs.first().ok_or(TaskError::WrongBlock { expected: "there" });
            let made = input.and_then(|input| input.pass_on(passed));
            return self.ended(run, block, attempt, made, 0);
        }
        if kind.is_called()
            && let Some(feed) = self.feeds.get(&run)
        {
            self.calling.insert((run, block), (attempt, Instant::now()));
            let ids = kernels.plan().inputs_of(layer, &at);
            let task = ReadyTask { id: BlockId(block), layer, block: at, inputs: ids };
            return self.call(run, task, Arc::clone(feed), inputs);
        }
        self.jobs.push(Job { run, block, attempt, inputs, kernels, layer, at });
    }

    /// Has executors call a function.
    fn call(&self, run: RunId, task: ReadyTask, feed: Arc<CallFeed>, inputs: Vec<Parcel>) {
        let in_memory: Option<Vec<Block>> = inputs.iter().map(Parcel::in_memory).collect();
        if let Some(inputs) = in_memory {
            return feed.call(task, inputs);
        }
        let (events, block) = (self.events.clone(), task.id.0);
        self.pool.spawn_fifo(move || match load(&inputs) {
            Ok(inputs) => feed.call(task, inputs),
            Err(error) => {
                let made = Err(error.into());
                let _ = events.send(Event::Called { run, block, made, took: Duration::ZERO });
            }
        });
    }

    fn fetch(&self, from: WorkerId, run: RunId, blocks: Vec<u64>) {
        let (peers, events) = (Arc::clone(&self.peers), self.events.clone());
        tokio::spawn(async move {
            let fetched = peers.fetch(from, run, &blocks).await;
            let blocks = blocks.into_iter().zip(fetched).collect();
            let _ = events.send(Event::Fetched { from, run, blocks });
        });
    }

    fn begin_tasks(&mut self, run: RunId, Prepared { kernels, program }: Prepared) {
        let plan = Arc::clone(kernels.plan());
        if let (Some(program), Some(queue)) = (program, &self.calls) {
            let events = self.events.clone();
            let done = move |block: BlockId, made, took| {
                let _ = events.send(Event::Called { run, block: block.0, made, took });
            };
            let events = self.events.clone();
            let aside = move |block: BlockId, waits| {
                let _ = events.send(Event::Aside { run, block: block.0, waits });
            };
            let (plan, queue) = (Arc::clone(&plan), Arc::clone(queue));
            let feed = CallFeed::start(plan, Arc::new(vec![program]), queue, Box::new(done), Box::new(aside));
            self.feeds.insert(run, feed);
        }
        self.kernels.insert(run, kernels);
        self.core.prepared(run, plan);
    }

    /// The calls of a graph that is over are told to stop; what they give counts for nothing.
    fn stop_calls(&mut self, run: RunId) {
        let Some(feed) = self.feeds.remove(&run) else { return };
        feed.stop();
        let under_way: Vec<u64> =
            self.calling.keys().filter(|(other, _)| *other == run).map(|&(_, block)| block).collect();
        for block in under_way {
            let cancelled = Err(TaskError::NoExecutor);
            if let Some((attempt, start)) = self.calling.remove(&(run, block)) {
                self.executed(run, block, attempt, cancelled, micros(start.elapsed()));
            }
        }
        self.thrown.retain(|(other, _), _| *other != run);
    }

    fn executed(
        &mut self,
        run: RunId,
        block: u64,
        attempt: u32,
        made: Result<Block, TaskError>,
        micros: u64,
    ) {
        let made = made.map(|block| self.larder.keep(block));
        self.ended(run, block, attempt, made, micros);
    }

    fn ended(&mut self, run: RunId, block: u64, attempt: u32, made: Result<Parcel, TaskError>, micros: u64) {
        let made = made.map(with_bytes).map_err(|error| {
            let mut trouble = self.trouble(&error);
            if let TaskError::Thrown(value) = error {
                let mut buffers = Vec::new();
                trouble.thrown = Some(encode_block(&Block::Value(value), &mut buffers));
                self.thrown.insert((run, block), buffers);
            }
            trouble
        });
        self.core.executed(run, block, attempt, made, micros);
    }

    fn trouble(&self, error: &TaskError) -> Trouble {
        Trouble { code: (self.code_of)(error).into(), message: error.to_string(), thrown: None }
    }

    fn measure(&mut self) -> Beat {
        let (running, waiting) = self.core.load();
        let (resident, cpu) = self.usage.measure();
        self.watch.look(resident);
        let count = |tasks: usize| u32::try_from(tasks).unwrap_or(u32::MAX);
        Beat {
            blocks: self.core.bytes(),
            spilled: self.larder.amounts().spilled as u64,
            resident,
            cpu,
            running: count(running),
            waiting: count(waiting),
            temperature: self.climate.temperature(),
            throttled: self.climate.throttled(),
        }
    }
}

/// The threads that execute tasks.
fn pool(options: &WorkerOptions) -> Result<Arc<ThreadPool>, ClusterError> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let count = if options.threads == 0 { cores() } else { options.threads };
    let built =
        ThreadPoolBuilder::new().num_threads(count).thread_name(|index| format!("bramble-{index}")).build();
    Ok(Arc::new(built.map_err(|source| ClusterError::Threads { count, source })?))
}

/// Until a moment; for ever if there is none.
async fn until(moment: Option<tokio::time::Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// Where the blocks of a session are.
fn larder(options: &WorkerOptions, threads: usize, events: mpsc::UnboundedSender<Event>) -> Larder {
    let limit = usize::try_from(options.memory).unwrap_or(usize::MAX);
    let (name, tell) = (options.name.clone(), options.tell);
    Larder::new(limit, threads, options.pantry.clone(), move |fate| {
        if let Fate::Refused(error) = fate {
            tell(&format!("{name}: {error}; blocks stay in memory meanwhile"));
        }
        let _ = events.send(Event::Spilled);
    })
}

fn with_bytes(parcel: Parcel) -> (Parcel, u64) {
    let bytes = parcel.nbytes() as u64;
    (parcel, bytes)
}

/// Passes on what the scheduler says, until the connection ends.
async fn listen(mut receiver: Receiver, events: mpsc::UnboundedSender<Event>) {
    while let Ok(Some(word)) = receiver.hear().await {
        let event = match word {
            Word::Messages(heard) => Event::Scheduler(heard.messages, share(heard.buffers)),
            Word::Pulse(pulse) => Event::Pulse(pulse),
        };
        if events.send(event).is_err() {
            return;
        }
    }
    let _ = events.send(Event::Cut);
}
