//! What is said in multicast DNS, as bytes.

use std::net::Ipv4Addr;

use simple_dns::rdata::{A, PTR, RData, SRV, TXT};
use simple_dns::{
    CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, ResourceRecord, SimpleDnsError, TYPE,
};

use super::Found;
use crate::protocol::VERSION;
use crate::transport::Address;

/// What schedulers are called among services.
const SERVICE: &str = "_bramble._tcp.local";
/// Asked by programs that list which services there are.
const SERVICES: &str = "_services._dns-sd._udp.local";

/// Seconds for which an answer may be kept: what RFC 6762 recommends for records that name a host, and for others.
const HOST_TTL: u32 = 120;
const OTHER_TTL: u32 = 4500;
/// What those may keep an answer at most that ask in the manner of ordinary DNS.
const ONE_SHOT_TTL: u32 = 10;
/// The longest name that leaves room in a label for a port and the digits behind it.
const LONGEST_HOST: usize = 40;

/// What a scheduler says on one network.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// What it calls itself: one label.
    pub(super) name: String,
    pub(super) port: u16,
    pub(super) address: Ipv4Addr,
}

/// How long what is said holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Until it is said again.
    Usually,
    /// For those who asked as in ordinary DNS.
    Briefly,
    /// No longer: it goes.
    NoLonger,
}

impl Holds {
    fn seconds(self, usual: u32) -> u32 {
        match self {
            Holds::Usually => usual,
            Holds::Briefly => usual.min(ONE_SHOT_TTL),
            Holds::NoLonger => 0,
        }
    }
}

/// A name that no other scheduler has, made of the machine's, its port and a number drawn by chance.
pub(super) fn name_of(host: &str, port: u16, chance: u32) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    let host: String = host.chars().take_while(|&c| c != '.').filter(plain).take(LONGEST_HOST).collect();
    let host = if host.is_empty() { "bramble" } else { &host };
    format!("{host}-{port}-{chance:08x}")
}

/// The question who there is.
pub(super) fn question() -> Result<Vec<u8>, SimpleDnsError> {
    let mut packet = Packet::new_query(0);
    let (kind, class) = (QTYPE::TYPE(TYPE::PTR), QCLASS::CLASS(CLASS::IN));
    packet.questions.push(Question::new(Name::new(SERVICE)?, kind, class, true));
    packet.build_bytes_vec()
}

/// The names of a sheet.
struct Names {
    instance: String,
    host: String,
}

impl Names {
    fn of(sheet: &Sheet) -> Names {
        Names { instance: format!("{}.{SERVICE}", sheet.name), host: format!("{}.local", sheet.name) }
    }

    fn service(&self, holds: Holds) -> Result<ResourceRecord<'_>, SimpleDnsError> {
        let name = Name::new(&self.instance)?;
        let seconds = holds.seconds(OTHER_TTL);
        Ok(ResourceRecord::new(Name::new(SERVICE)?, CLASS::IN, seconds, RData::PTR(PTR(name))))
    }

    fn place(&self, sheet: &Sheet, holds: Holds) -> Result<ResourceRecord<'_>, SimpleDnsError> {
        let place = SRV { priority: 0, weight: 0, port: sheet.port, target: Name::new(&self.host)? };
        own(&self.instance, holds.seconds(HOST_TTL), RData::SRV(place), holds)
    }

    fn text(&self, holds: Holds) -> Result<ResourceRecord<'_>, SimpleDnsError> {
        let version = VERSION.to_string();
        let text = TXT::new().with_attribute("protocol", Some(version.as_bytes()))?;
        own(&self.instance, holds.seconds(OTHER_TTL), RData::TXT(text), holds)
    }

    fn address(&self, sheet: &Sheet, holds: Holds) -> Result<ResourceRecord<'_>, SimpleDnsError> {
        let address = RData::A(A { address: sheet.address.to_bits() });
        own(&self.host, holds.seconds(HOST_TTL), address, holds)
    }
}

/// A record that nobody else has; whoever asks as in ordinary DNS would not understand the bit that says so.
fn own<'a>(
    name: &'a str,
    seconds: u32,
    data: RData<'a>,
    holds: Holds,
) -> Result<ResourceRecord<'a>, SimpleDnsError> {
    let record = ResourceRecord::new(Name::new(name)?, CLASS::IN, seconds, data);
    Ok(record.with_cache_flush(holds != Holds::Briefly))
}

/// What a scheduler says unasked.
pub(super) fn announcement(sheet: &Sheet, holds: Holds) -> Result<Vec<u8>, SimpleDnsError> {
    let names = Names::of(sheet);
    let mut packet = reply(0);
    packet.answers = vec![
        names.service(holds)?,
        names.place(sheet, holds)?,
        names.text(holds)?,
        names.address(sheet, holds)?,
    ];
    packet.build_bytes_vec_compressed()
}

/// The answer to a message, if it asks for something that the sheet says. To those who ask in the manner of ordinary DNS,
/// `is_one_shot`, the question is repeated.
pub(super) fn answer(sheet: &Sheet, message: &[u8], is_one_shot: bool) -> Option<Vec<u8>> {
    let asked = Packet::parse(message).ok()?;
    if asked.has_flags(PacketFlag::RESPONSE) {
        return None;
    }
    let holds = if is_one_shot { Holds::Briefly } else { Holds::Usually };
    let names = Names::of(sheet);
    let records = records(&names, sheet, holds).ok()?;
    let mut packet = reply(if is_one_shot { asked.id() } else { 0 });
    for question in &asked.questions {
        let is_meant = |record: &&ResourceRecord| {
            record.name == question.qname
                && record.match_qtype(question.qtype)
                && record.match_qclass(question.qclass)
        };
        for record in records.iter().filter(is_meant) {
            if !packet.answers.contains(record) {
                packet.answers.push(record.clone());
            }
        }
    }
    if packet.answers.is_empty() {
        return None;
    }
    // What the next question would be about.
    let rest = records.iter().skip(1).filter(|record| !packet.answers.contains(record)).cloned();
    packet.additional_records = rest.collect();
    if is_one_shot {
        packet.questions = asked.questions.iter().map(as_ordinary).collect();
    }
    packet.build_bytes_vec_compressed().ok()
}

/// All that may be asked for; the first says only which services there are.
fn records<'a>(
    names: &'a Names,
    sheet: &Sheet,
    holds: Holds,
) -> Result<Vec<ResourceRecord<'a>>, SimpleDnsError> {
    let kind = RData::PTR(PTR(Name::new(SERVICE)?));
    Ok(vec![
        ResourceRecord::new(Name::new(SERVICES)?, CLASS::IN, holds.seconds(OTHER_TTL), kind),
        names.service(holds)?,
        names.place(sheet, holds)?,
        names.text(holds)?,
        names.address(sheet, holds)?,
    ])
}

fn as_ordinary<'a>(question: &Question<'a>) -> Question<'a> {
    Question::new(question.qname.clone(), question.qtype, question.qclass, false)
}

fn reply<'a>(id: u16) -> Packet<'a> {
    let mut packet = Packet::new_reply(id);
    packet.set_flags(PacketFlag::AUTHORITATIVE_ANSWER);
    packet
}

/// The schedulers that a message tells of.
pub(super) fn schedulers_in(message: &[u8]) -> Vec<Found> {
    let Ok(packet) = Packet::parse(message) else { return Vec::new() };
    if !packet.has_flags(PacketFlag::RESPONSE) {
        return Vec::new();
    }
    let Ok(service) = Name::new(SERVICE) else { return Vec::new() };
    let all: Vec<&ResourceRecord> = packet.answers.iter().chain(&packet.additional_records).collect();
    let instances = all.iter().filter_map(|record| match &record.rdata {
        RData::PTR(PTR(instance)) if record.name == service && record.ttl > 0 => Some(instance),
        _ => None,
    });
    let found = instances.filter_map(|instance| {
        let name = instance.without(&service)?.to_string();
        let (port, host) = all.iter().find_map(|record| match &record.rdata {
            RData::SRV(place) if record.name == *instance => Some((place.port, &place.target)),
            _ => None,
        })?;
        let address = all.iter().find_map(|record| match &record.rdata {
            RData::A(A { address }) if record.name == *host => Some(Ipv4Addr::from_bits(*address)),
            _ => None,
        })?;
        Some(Found { name, address: Address::Tcp { host: address.to_string(), port } })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        Sheet { name: name_of("pi.lan", 8786, 0xab), port: 8786, address: Ipv4Addr::new(192, 168, 0, 7) }
    }

    fn asking(name: &str, kind: QTYPE) -> Vec<u8> {
        let mut packet = Packet::new_query(7);
        packet.questions.push(Question::new(Name::new(name).unwrap(), kind, QCLASS::ANY, false));
        packet.build_bytes_vec().unwrap()
    }

    #[test]
    fn whoever_asks_hears_where_the_scheduler_is() {
        let expected = Found {
            name: "pi-8786-000000ab".into(),
            address: Address::Tcp { host: "192.168.0.7".into(), port: 8786 },
        };
        for is_one_shot in [true, false] {
            let said = answer(&sheet(), &question().unwrap(), is_one_shot).unwrap();
            assert_eq!(schedulers_in(&said), vec![expected.clone()]);
            let packet = Packet::parse(&said).unwrap();
            assert_eq!(packet.questions.len(), usize::from(is_one_shot));
            let longest = packet.answers.iter().chain(&packet.additional_records).map(|record| record.ttl);
            assert_eq!(longest.max(), Some(if is_one_shot { ONE_SHOT_TTL } else { OTHER_TTL }));
        }
        assert_eq!(schedulers_in(&announcement(&sheet(), Holds::Usually).unwrap()), vec![expected]);
    }

    #[test]
    fn what_goes_is_not_found() {
        assert_eq!(schedulers_in(&announcement(&sheet(), Holds::NoLonger).unwrap()), vec![]);
    }

    #[test]
    fn each_record_is_there_for_those_who_ask_for_it() {
        let instance = format!("{}.{SERVICE}", sheet().name);
        let host = format!("{}.local", sheet().name);
        for (name, kind, count) in [
            (SERVICES, TYPE::PTR, 1),
            (instance.as_str(), TYPE::SRV, 1),
            (instance.as_str(), TYPE::TXT, 1),
            (host.as_str(), TYPE::A, 1),
            (host.as_str(), TYPE::AAAA, 0),
            ("_http._tcp.local", TYPE::PTR, 0),
        ] {
            let said = answer(&sheet(), &asking(name, QTYPE::TYPE(kind)), false);
            let answers = said.as_deref().map_or(0, |said| Packet::parse(said).unwrap().answers.len());
            assert_eq!(answers, count, "{name} {kind:?}");
        }
        let all = answer(&sheet(), &asking(&instance, QTYPE::ANY), true).unwrap();
        let packet = Packet::parse(&all).unwrap();
        assert_eq!((packet.id(), packet.answers.len()), (7, 2));
    }

    #[test]
    fn an_answer_and_an_announcement_are_answered_by_nobody() {
        for said in [
            announcement(&sheet(), Holds::Usually).unwrap(),
            answer(&sheet(), &question().unwrap(), true).unwrap(),
        ] {
            assert_eq!(answer(&sheet(), &said, false), None);
        }
        assert_eq!(schedulers_in(&question().unwrap()), vec![]);
    }

    #[test]
    fn a_name_is_one_label_whatever_the_machine_is_called() {
        assert_eq!(name_of("raspberrypi", 1, 2), "raspberrypi-1-00000002");
        assert_eq!(name_of("", 1, 2), "bramble-1-00000002");
        assert_eq!(name_of("ä\\ß", 65_535, u32::MAX), "bramble-65535-ffffffff");
        let long = name_of(&"x".repeat(300), 65_535, u32::MAX);
        assert!(long.len() <= 63, "{long}");
    }

    proptest::proptest! {
        #[test]
        fn nonsense_is_no_scheduler_and_no_question(
            noise in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
            at in 0_usize..200,
        ) {
            let _ = (schedulers_in(&noise), answer(&sheet(), &noise, false));
            // Something that begins well.
            for mut said in [announcement(&sheet(), Holds::Usually).unwrap(), question().unwrap()] {
                said.truncate(at);
                said.extend(&noise);
                let _ = (schedulers_in(&said), answer(&sheet(), &said, true));
            }
        }
    }
}
