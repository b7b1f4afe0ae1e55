//! State with buffers, packed for a journal: the state in MessagePack, and each buffer once, however many refer to it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use bramble_storage::SharedBytes;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What is packed or unpacked.
#[derive(Default)]
struct Parts {
    buffers: Vec<SharedBytes>,
    /// Where buffers are that were met before, by their addresses.
    known: HashMap<usize, u32>,
}

thread_local! {
    /// Those of the call that is under way: serde has no other way to hand something down.
    static PARTS: RefCell<Parts> = RefCell::default();
}

/// State, and the buffers that it refers to.
pub(crate) fn pack(state: &impl Serialize) -> (Vec<u8>, Vec<SharedBytes>) {
    let packed = rmp_serde::to_vec(state).expect("state holds nothing that MessagePack has not");
    (packed, PARTS.take().buffers)
}

/// The state that was packed; nothing if it makes no sense.
pub(crate) fn unpack<T: DeserializeOwned>(packed: &[u8], buffers: Vec<SharedBytes>) -> Option<T> {
    PARTS.set(Parts { buffers, known: HashMap::new() });
    let state = rmp_serde::from_slice(packed).ok();
    PARTS.take();
    state
}

/// A buffer as a part, to be named in the state.
pub(crate) struct Part(pub(crate) SharedBytes);

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let address = Arc::as_ptr(&self.0).cast::<u8>().addr();
        let place = PARTS.with_borrow_mut(|parts| {
            let next = u32::try_from(parts.buffers.len()).expect("fewer than 2^32 buffers fit into memory");
            *parts.known.entry(address).or_insert_with(|| {
                parts.buffers.push(Arc::clone(&self.0));
                next
            })
        });
        serializer.serialize_u32(place)
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Part, D::Error> {
        let place = u32::deserialize(deserializer)?;
        let buffer = PARTS.with_borrow(|parts| parts.buffers.get(place as usize).cloned());
        buffer.map(Part).ok_or_else(|| D::Error::custom("there is no such buffer"))
    }
}

/// For fields that are one buffer.
pub(crate) mod one {
    use super::{Arc, Deserialize, Deserializer, Part, Serialize, Serializer, SharedBytes};

    pub(crate) fn serialize<S: Serializer>(buffer: &SharedBytes, serializer: S) -> Result<S::Ok, S::Error> {
        Part(Arc::clone(buffer)).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SharedBytes, D::Error> {
        Part::deserialize(deserializer).map(|part| part.0)
    }
}

/// For fields that are a buffer or none.
pub(crate) mod maybe {
    use super::{Arc, Deserialize, Deserializer, Part, Serialize, Serializer, SharedBytes};

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(crate) fn serialize<S: Serializer>(
        buffer: &Option<SharedBytes>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        buffer.as_ref().map(|buffer| Part(Arc::clone(buffer))).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<SharedBytes>, D::Error> {
        Ok(Option::<Part>::deserialize(deserializer)?.map(|part| part.0))
    }
}

/// For fields that are several.
pub(crate) mod many {
    use super::{Arc, Deserialize, Deserializer, Part, Serializer, SharedBytes};

    pub(crate) fn serialize<'a, S: Serializer, B>(buffers: &'a B, serializer: S) -> Result<S::Ok, S::Error>
    where
        &'a B: IntoIterator<Item = &'a SharedBytes>,
    {
        serializer.collect_seq(buffers.into_iter().map(|buffer| Part(Arc::clone(buffer))))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>, B: FromIterator<SharedBytes>>(
        deserializer: D,
    ) -> Result<B, D::Error> {
        Ok(Vec::<Part>::deserialize(deserializer)?.into_iter().map(|part| part.0).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct State {
        #[serde(with = "one")]
        one: SharedBytes,
        #[serde(with = "maybe")]
        none: Option<SharedBytes>,
        #[serde(with = "many")]
        many: Vec<SharedBytes>,
    }

    #[test]
    fn holds_each_buffer_once_and_refers_to_it_from_everywhere() {
        let buffers: Vec<SharedBytes> = vec![Arc::new(vec![1]), Arc::new(vec![2, 3]), Arc::new(vec![2, 3])];
        let state = State { one: Arc::clone(&buffers[1]), none: None, many: buffers };
        let (packed, parts) = pack(&state);
        let bytes = |parts: &[SharedBytes]| -> Vec<Vec<u8>> {
            parts.iter().map(|part| (**part).as_ref().to_vec()).collect()
        };
        assert_eq!(bytes(&parts), [vec![2, 3], vec![1], vec![2, 3]]);
        let again: State = unpack(&packed, parts.clone()).unwrap();
        assert_eq!(bytes(&again.many), bytes(&state.many));
        assert!(Arc::ptr_eq(&again.one, &again.many[1]) && again.none.is_none());
        assert!(unpack::<State>(&packed, parts[..2].to_vec()).is_none(), "a buffer is missing");
    }
}
