//! Angles so large that pi needs more digits than doubles have: the method of Payne and Hanek (1983).

use super::coefficients::HALF_PI_DOUBLE;
use super::double::Double;

/// The bits of 2 / pi behind the point.
const TWO_BY_PI: [u64; 20] = [
    0xa2f9_836e_4e44_1529,
    0xfc27_57d1_f534_ddc0,
    0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f,
    0x6d36_7ecf_27cb_09b7,
    0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea,
    0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab,
    0xf0cf_bc20_9af4_361d,
];

/// The nearest multiple of a right angle, and what `x` has beyond it, for a finite `x` of at least 1.
pub(super) fn reduce(x: f64) -> (u64, Double) {
    let bits = x.abs().to_bits();
    let mantissa = (bits & ((1 << 52) - 1)) | (1 << 52);
    // The angle is `mantissa * 2^exponent`.
    let exponent = low_half(u128::from(bits >> 52)).cast_signed() - 1075;
    // Bits of 2 / pi that stand for multiples of four right angles are left out.
    let skipped = (exponent - 2).max(0);
    let turns = product(window(skipped.unsigned_abs()), mantissa, (2 + skipped - exponent).unsigned_abs());
    // Two bits before the point, and the others as what is beyond or lacks.
    let fraction = (turns << 2).cast_signed();
    let count = low_half(turns >> 126) + u64::from(fraction < 0);
    let high = as_double(fraction);
    let low = as_double(fraction - as_integer(high));
    let rest = Double { high: high * UNIT, low: low * UNIT };
    let rest = rest.times(Double { high: HALF_PI_DOUBLE[0], low: HALF_PI_DOUBLE[1] }).normal();
    if x < 0.0 { (count.wrapping_neg(), rest.negative()) } else { (count, rest) }
}

/// 2^-128.
const UNIT: f64 = f64::from_bits((1023 - 128) << 52);

/// 192 bits of 2 / pi from one on.
fn window(start: u64) -> [u64; 3] {
    let (word, bit) = ((start / 64) as usize, start % 64);
    [0, 1, 2].map(|place| {
        let pair = u128::from(TWO_BY_PI[word + place]) << 64 | u128::from(TWO_BY_PI[word + place + 1]);
        low_half(pair >> (64 - bit))
    })
}

/// Moved right by up to 63 bits, the upper 128 bits of the last 192 bits of a product.
fn product(window: [u64; 3], factor: u64, shift: u64) -> u128 {
    let mut words = [0; 4];
    let mut carry = 0;
    for place in [2, 1, 0] {
        let sum = u128::from(window[place]) * u128::from(factor) + carry;
        words[place + 1] = low_half(sum);
        carry = sum >> 64;
    }
    words[0] = low_half(carry);
    let joined = |high: u64, low: u64| low_half((u128::from(high) << 64 | u128::from(low)) >> shift);
    u128::from(joined(words[0], words[1])) << 64 | u128::from(joined(words[1], words[2]))
}

#[expect(clippy::cast_possible_truncation, reason = "the upper half is left out")]
fn low_half(x: u128) -> u64 {
    x as u64
}

#[expect(clippy::cast_precision_loss, reason = "it is rounded")]
fn as_double(x: i128) -> f64 {
    x as f64
}

#[expect(clippy::cast_possible_truncation, reason = "it is an integer")]
fn as_integer(x: f64) -> i128 {
    x as i128
}
