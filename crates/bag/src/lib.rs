//! What bags do without a function of the language above. All of it is portable code without a C library.

mod decompress;

pub use decompress::{Codec, DecompressError, decompress};
