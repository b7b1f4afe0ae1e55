//! Sums of two doubles: a value of some 106 bits is its nearest double and what that leaves.

/// A value as the sum of two doubles, the second far smaller.
#[derive(Clone, Copy, Debug)]
pub(super) struct Double {
    pub(super) high: f64,
    pub(super) low: f64,
}

/// The bits of a double that hold the upper half of its mantissa.
const UPPER: u64 = !((1 << 27) - 1);

#[inline(always)]
fn upper(x: f64) -> f64 {
    f64::from_bits(x.to_bits() & UPPER)
}

/// One value or the other.
#[inline(always)]
pub(super) fn choose(condition: bool, a: Double, b: Double) -> Double {
    Double { high: if condition { a.high } else { b.high }, low: if condition { a.low } else { b.low } }
}

/// `a + b`, exactly.
#[inline(always)]
pub(super) fn add(a: f64, b: f64) -> Double {
    let high = a + b;
    let b_part = high - a;
    Double { high, low: (a - (high - b_part)) + (b - b_part) }
}

/// `a + b` exactly, where `a` is not the smaller one.
#[inline(always)]
pub(super) fn add_smaller(a: f64, b: f64) -> Double {
    let high = a + b;
    Double { high, low: b - (high - a) }
}

/// `a * b`, exactly but for a bit beyond the last.
#[inline(always)]
pub(super) fn multiply(a: f64, b: f64) -> Double {
    let high = a * b;
    let (a_upper, b_upper) = (upper(a), upper(b));
    let (a_lower, b_lower) = (a - a_upper, b - b_upper);
    let low = ((a_upper * b_upper - high) + a_upper * b_lower + a_lower * b_upper) + a_lower * b_lower;
    Double { high, low }
}

/// `x * x`, as exactly.
#[inline(always)]
pub(super) fn square(x: f64) -> Double {
    multiply(x, x)
}

impl Double {
    /// The double that is nearest to the value.
    #[inline(always)]
    pub(super) fn value(self) -> f64 {
        self.high + self.low
    }

    /// Adds a double.
    #[inline(always)]
    pub(super) fn plus(self, x: f64) -> Double {
        let sum = add(self.high, x);
        Double { high: sum.high, low: sum.low + self.low }
    }

    /// The other sign.
    #[inline(always)]
    pub(super) fn negative(self) -> Double {
        Double { high: -self.high, low: -self.low }
    }

    /// Multiplies by another such sum.
    #[inline(always)]
    pub(super) fn times(self, other: Double) -> Double {
        let product = multiply(self.high, other.high);
        let cross = self.high * other.low + self.low * other.high;
        Double { high: product.high, low: product.low + cross }
    }

    /// The quotient, rounded.
    #[inline(always)]
    pub(super) fn divided_by(self, other: Double) -> Double {
        let quotient = self.high / other.high;
        let product = multiply(quotient, other.high);
        let rest = ((self.high - product.high) - product.low) + (self.low - quotient * other.low);
        Double { high: quotient, low: rest / other.high }
    }

    /// The square root of a value above 0.
    #[inline(always)]
    pub(super) fn sqrt(self) -> Double {
        let root = self.high.sqrt();
        let square = multiply(root, root);
        let rest = ((self.high - square.high) - square.low) + self.low;
        Double { high: root, low: rest / (root + root) }
    }

    /// The same value, its parts far apart again.
    #[inline(always)]
    pub(super) fn normal(self) -> Double {
        add_smaller(self.high, self.low)
    }
}
