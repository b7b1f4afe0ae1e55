//! What bags do without a function of the language above. All of it is portable code without a C library.

mod codec;
mod compress;
mod decompress;

pub use codec::Codec;
pub use compress::compress;
pub use decompress::{DecompressError, decompress};
