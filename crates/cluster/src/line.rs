//! A conversation that outlives its connections.
//!
//! Each side counts the frames that it says and those that it hears, and keeps what it said until the other side has
//! confirmed it. When a connection is cut, the next one begins with how much each has heard, and what is missing is said
//! again: whatever was said is heard once, and in order.

use std::collections::VecDeque;
use std::sync::Arc;

use bramble_storage::SharedBytes;
use serde::{Deserialize, Serialize};

use crate::batch::Batch;
use crate::connection::{Frames, pulse_frame};
use crate::protocol::{Beat, Outgoing, Pulse};

/// One side of it. It can be written down between two events, when nothing is pending.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Line<M> {
    /// The connection, while there is one.
    #[serde(skip)]
    frames: Option<Frames>,
    /// Which one it is: what earlier ones still bring counts for nothing.
    #[serde(skip)]
    connection: u32,
    /// What goes into the next frame.
    #[serde(skip)]
    pending: Batch<M>,
    /// Frames that were said.
    said: u64,
    /// Those of them that the other side has not confirmed, the last one last.
    #[serde(with = "unheard")]
    unheard: VecDeque<Arc<Outgoing>>,
    /// Frames that were heard.
    heard: u64,
}

impl<M: Serialize> Line<M> {
    /// A conversation that begins, or one that waits for a connection.
    pub(crate) fn new(frames: Option<Frames>) -> Line<M> {
        Line { frames, connection: 0, pending: Batch::default(), said: 0, unheard: VecDeque::new(), heard: 0 }
    }

    /// Adds a message to those that wait; one with buffers goes at once, behind them.
    pub(crate) fn add(&mut self, message: M, buffers: Vec<SharedBytes>) {
        for frame in self.pending.add(message, buffers) {
            self.say(frame);
        }
    }

    /// Sends a message at once.
    pub(crate) fn send(&mut self, message: M) {
        self.add(message, Vec::new());
        self.flush();
    }

    /// Sends what waits.
    pub(crate) fn flush(&mut self) {
        if let Some(frame) = self.pending.take() {
            self.say(frame);
        }
    }

    fn say(&mut self, frame: Arc<Outgoing>) {
        self.said += 1;
        self.unheard.push_back(Arc::clone(&frame));
        self.post(frame);
    }

    fn post(&self, frame: Arc<Outgoing>) {
        if let Some(frames) = &self.frames {
            // A connection that has ended is told of by the side that reads.
            let _ = frames.send(frame);
        }
    }

    /// Sends a sign of life.
    pub(crate) fn pulse(&self, beat: Option<Beat>) {
        self.post(pulse_frame(Pulse { heard: self.heard, beat }));
    }

    /// Which connection it is on.
    pub(crate) fn connection(&self) -> u32 {
        self.connection
    }

    /// Whether it waits for a connection.
    pub(crate) fn is_cut(&self) -> bool {
        self.frames.is_none()
    }

    /// Frames that were heard.
    pub(crate) fn heard(&self) -> u64 {
        self.heard
    }

    /// A frame was heard.
    pub(crate) fn hear(&mut self) {
        self.heard += 1;
    }

    /// Frames that the other side is known to have heard.
    pub(crate) fn confirmed(&self) -> u64 {
        self.said - self.unheard.len() as u64
    }

    /// The other side has heard so many frames.
    pub(crate) fn confirm(&mut self, heard: u64) {
        let new = heard.min(self.said).saturating_sub(self.confirmed());
        self.unheard.drain(..usize::try_from(new).unwrap_or(usize::MAX));
    }

    /// The connection has ended.
    pub(crate) fn cut(&mut self) {
        self.frames = None;
    }

    /// Whether one who has heard so many frames can go on.
    pub(crate) fn can_go_on(&self, heard: u64) -> bool {
        (self.confirmed()..=self.said).contains(&heard)
    }

    /// Goes on over another connection with one who has heard so many frames.
    pub(crate) fn go_on(&mut self, frames: Frames, heard: u64) {
        self.confirm(heard);
        self.connection += 1;
        self.frames = Some(frames);
        for frame in &self.unheard {
            self.post(Arc::clone(frame));
        }
    }
}

/// Frames, to be written down.
mod unheard {
    use serde::{Deserializer, Serializer};

    use super::{Arc, Deserialize, Outgoing, SharedBytes, VecDeque};
    use crate::parts::Part;

    pub(super) fn serialize<S: Serializer>(
        frames: &VecDeque<Arc<Outgoing>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let part = |buffer: &SharedBytes| Part(Arc::clone(buffer));
        let header = |frame: &Outgoing| Part(Arc::new(frame.header.clone()));
        let both =
            |frame: &Arc<Outgoing>| (header(frame), frame.buffers.iter().map(part).collect::<Vec<_>>());
        serializer.collect_seq(frames.iter().map(both))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<VecDeque<Arc<Outgoing>>, D::Error> {
        let frames = Vec::<(Part, Vec<Part>)>::deserialize(deserializer)?;
        let frame = |(header, buffers): (Part, Vec<Part>)| Outgoing {
            header: (*header.0).as_ref().to_vec(),
            buffers: buffers.into_iter().map(|part| part.0).collect(),
        };
        Ok(frames.into_iter().map(frame).map(Arc::new).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::*;

    /// A line, what is on the way to the other side, and what has come from there.
    struct Side {
        line: Line<u32>,
        way: UnboundedReceiver<Arc<Outgoing>>,
        came: Vec<u32>,
        next: u32,
    }

    fn side() -> Side {
        let (frames, way) = unbounded_channel();
        Side { line: Line::new(Some(frames)), way, came: Vec::new(), next: 0 }
    }

    impl Side {
        fn say(&mut self, with_buffer: bool) {
            let buffers = if with_buffer { vec![Arc::new(vec![1u8]) as SharedBytes] } else { Vec::new() };
            self.line.add(self.next, buffers);
            self.line.flush();
            self.next += 1;
        }

        /// Takes in one frame that is on its way.
        fn hear(&mut self, from: &mut Side) {
            let Ok(frame) = from.way.try_recv() else { return };
            if frame.header[0] == 0xc0 {
                let pulse: Pulse = rmp_serde::from_slice(&frame.header[1..]).unwrap();
                self.line.confirm(pulse.heard);
            } else {
                self.line.hear();
                self.came.extend(rmp_serde::from_slice::<Vec<u32>>(&frame.header).unwrap());
            }
        }
    }

    /// What is on its way is lost.
    fn cut_and_go_on(one: &mut Side, other: &mut Side) {
        let heard = (one.line.heard(), other.line.heard());
        for (side, heard) in [(one, heard.1), (other, heard.0)] {
            side.line.cut();
            side.say(false);
            assert!(side.line.can_go_on(heard));
            let (frames, way) = unbounded_channel();
            side.line.go_on(frames, heard);
            side.way = way;
        }
    }

    proptest! {
        #[test]
        fn what_was_said_is_heard_once_and_in_order(steps in proptest::collection::vec((0..6_u8, any::<bool>()), 0..200)) {
            let (mut one, mut other) = (side(), side());
            for (step, flag) in steps {
                match step {
                    0 => one.say(flag),
                    1 => other.say(flag),
                    2 => other.hear(&mut one),
                    3 => one.hear(&mut other),
                    4 if flag => cut_and_go_on(&mut one, &mut other),
                    _ => if flag { one.line.pulse(None) } else { other.line.pulse(None) },
                }
            }
            for _ in 0..1000 {
                other.hear(&mut one);
                one.hear(&mut other);
            }
            prop_assert_eq!(&other.came, &(0..one.next).collect::<Vec<_>>());
            prop_assert_eq!(&one.came, &(0..other.next).collect::<Vec<_>>());
            one.line.pulse(None);
            other.hear(&mut one);
            prop_assert!(other.line.unheard.is_empty());
        }
    }

    #[test]
    fn nobody_goes_on_who_has_heard_more_than_was_said_or_forgot_what_was_confirmed() {
        let mut side = side();
        (0..5).for_each(|_| side.say(false));
        side.line.confirm(3);
        assert_eq!([2, 3, 5, 6].map(|heard| side.line.can_go_on(heard)), [false, true, true, false]);
    }
}
