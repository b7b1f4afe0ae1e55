//! The normal distribution from a uniform number, by its quantile function.
//!
//! Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988),
//! routine PPND16: relative error about 1e-16.

use crate::math;

/// The number below which a normal variable lies with the probability in the middle of the cell of 2^-53 that `uniform`,
/// from 0 up to but not including 1, begins: finite for every `uniform`, and symmetric about 1/2.
pub(crate) fn from_uniform(uniform: f64) -> f64 {
    const HALF_A_CELL: f64 = f64::EPSILON / 4.0;
    if uniform < 0.5 { quantile(uniform + HALF_A_CELL) } else { -quantile((1.0 - uniform) - HALF_A_CELL) }
}

/// The quantile of a probability from 0 up to 1/2.
fn quantile(probability: f64) -> f64 {
    let q = probability - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&CENTRE.0, r) / polynomial(&CENTRE.1, r);
    }
    let r = math::log(probability).abs().sqrt();
    let (r, (above, below)) = if r <= 5.0 { (r - 1.6, &SHOULDER) } else { (r - 5.0, &TAIL) };
    -(polynomial(above, r) / polynomial(below, r))
}

fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, &coefficient| sum * x + coefficient)
}

type Fraction = ([f64; 8], [f64; 8]);

const CENTRE: Fraction = (
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
);

const SHOULDER: Fraction = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
);

const TAIL: Fraction = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_7e-15,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    /// Probabilities and what `scipy.stats.norm.ppf` gives for them.
    const SCIPY: [(f64, f64); 6] = [
        (1e-300, -37.047_096_299_361_2),
        (1e-20, -9.262_340_089_798_409),
        (1e-05, -4.264_890_793_922_825),
        (0.02, -2.053_748_910_631_823),
        (0.2, -0.841_621_233_572_914_2),
        (0.49, -0.025_068_908_258_711_06),
    ];

    #[test]
    fn agrees_with_scipy() {
        for (probability, expected) in SCIPY {
            let quantile = quantile(probability);
            assert!((quantile / expected - 1.0).abs() < 1e-15, "{probability}: {quantile}, not {expected}");
        }
    }

    #[test]
    fn is_finite_and_symmetric() {
        let last = 1.0 - f64::EPSILON / 2.0;
        assert!((8.0..9.0).contains(&from_uniform(last)));
        assert_eq!(from_uniform(0.0), -from_uniform(last));
        assert!(from_uniform(0.5).abs() < 1e-15);
    }
}
