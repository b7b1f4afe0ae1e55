/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// `.bz2`
    Bzip2,
    /// `.xz`
    Xz,
    /// `.zst`
    Zstd,
    /// A block of an Avro file: Snappy without frames, and behind it the CRC-32 of what it decompresses to, highest byte
    /// first (Avro's specification 1.12, "snappy").
    Snappy,
}

impl Codec {
    /// The codec of a name: `bzip2`, `xz`, `zstd` or `snappy`.
    pub fn named(name: &str) -> Option<Codec> {
        match name {
            "bzip2" => Some(Codec::Bzip2),
            "xz" => Some(Codec::Xz),
            "zstd" => Some(Codec::Zstd),
            "snappy" => Some(Codec::Snappy),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codecs_have_names() {
        assert_eq!(Codec::named("xz"), Some(Codec::Xz));
        assert_eq!(Codec::named("zip"), None);
    }
}
