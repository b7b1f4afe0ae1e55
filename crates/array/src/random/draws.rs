//! A short sequence of its own for an element whose distribution needs an unknown number of uniform numbers.

/// `SplitMix64`. Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
pub(crate) struct Draws {
    state: u64,
}

impl Draws {
    /// The sequence that belongs to a uniform number.
    pub(crate) fn of(uniform: f64) -> Draws {
        Draws::from_bits(uniform.to_bits())
    }

    /// The sequence that belongs to some bits.
    pub(crate) fn from_bits(state: u64) -> Draws {
        Draws { state }
    }

    /// The next 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.state;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// The next number, uniform from 0 up to but not including 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (f64::EPSILON / 2.0)
    }

    /// The next number of the normal distribution.
    pub(crate) fn normal(&mut self) -> f64 {
        super::normal::from_uniform(self.uniform())
    }
}
