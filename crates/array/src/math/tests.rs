use proptest::prelude::*;

use super::bits::{ldexp, power_of_two, round, scale, split};
use super::double::{add, multiply};
use super::*;

#[test]
fn powers_of_two_reach_the_limits() {
    assert_eq!(power_of_two(-1022.0), f64::MIN_POSITIVE);
    assert_eq!(power_of_two(1023.0), 2_f64.powi(1023));
    assert_eq!(scale(1.0, -1074.0), 5e-324);
    assert_eq!(scale(0.5, 1024.0), 2_f64.powi(1023));
}

#[test]
fn halves_are_rounded_to_even() {
    assert_eq!([0.5, 1.5, -2.5, 7.2].map(round), [0.0, 2.0, -2.0, 7.0]);
}

#[test]
fn subnormal_results_are_rounded_once() {
    // Rounded to 52 bits first, it would be a tie.
    let x = 1.0 + 2_f64.powi(-51) + 2_f64.powi(-52);
    assert_eq!(ldexp(x, -1074.0), 5e-324);
    assert_eq!(ldexp(1.5 + f64::EPSILON, -1074.0), 1e-323);
    assert_eq!(ldexp(5e-324, 2097.0), 2_f64.powi(1023));
}

#[test]
fn large_angles_are_reduced_by_many_digits_of_pi() {
    // Of all doubles this one is nearest to a multiple of a right angle.
    let nearest = 6_381_956_970_095_103.0 * 2_f64.powi(797);
    assert_eq!(cos_of_large(nearest), -4.687_165_924_254_628e-19);
    assert_eq!(sin_of_large(1e22), -0.852_200_849_767_188_8);
    assert_eq!(sin_of_large(-1e22), 0.852_200_849_767_188_8);
    assert!(tan_of_large(f64::INFINITY).is_nan());
}

#[test]
fn both_ways_agree_on_angles_in_between() {
    for x in [1.0, -3.0, 1e3, 123_456.789, -9.9e5] {
        assert_eq!([sin(x), cos(x), tan(x)], [sin_of_large(x), cos_of_large(x), tan_of_large(x)], "{x}");
    }
}

#[test]
fn powers_that_are_floats_are_exact() {
    for (x, y, power) in
        [(10.0, 22.0, 1e22), (3.0, 33.0, 5_559_060_566_555_523.0), (-2.0, -3.0, -0.125), (0.25, 0.5, 0.5)]
    {
        assert_eq!(pow(x, y), power);
    }
    assert_eq!(pow(2.0, -1074.0), 5e-324);
}

#[test]
fn powers_have_the_landmarks_of_ieee_754() {
    let values = [
        0.0,
        0.5,
        1.0,
        2.0,
        3.0,
        2.5,
        2_f64.powi(52) + 1.0,
        2_f64.powi(53),
        1e300,
        5e-324,
        f64::INFINITY,
        f64::NAN,
    ];
    let all = values.iter().flat_map(|&value| [value, -value]).collect::<Vec<_>>();
    for &x in &all {
        for &y in &all {
            let (ours, theirs) = (pow(x, y), libm::pow(x, y));
            let is_near = ours == theirs || (ours - theirs).abs() <= 2.0 * f64::EPSILON * theirs.abs();
            let is_same = is_near && ours.is_sign_negative() == theirs.is_sign_negative();
            assert!(is_same || ours.is_nan() && theirs.is_nan(), "{x}^{y}: {ours}, not {theirs}");
        }
    }
}

proptest! {
    #[test]
    fn numbers_are_split_exactly(bits in 1..f64::INFINITY.to_bits()) {
        let x = f64::from_bits(bits);
        let (exponent, mantissa) = split(x, 0.5);
        prop_assert!((0.5..1.0).contains(&mantissa));
        prop_assert_eq!(ldexp(mantissa, exponent), x);
    }

    #[test]
    fn sums_and_products_lose_nothing(a in -1_000_000_i32..1_000_000, b in 1_i32..1000, shift in 0..60_i32) {
        let (x, y) = (f64::from(a) + 2_f64.powi(-40), f64::from(b) * 2_f64.powi(shift));
        let sum = add(x, y);
        prop_assert_eq!(sum.high, x + y);
        // What is small enough to be subtracted exactly.
        let (larger, smaller) = if x.abs() > y { (x, y) } else { (y, x) };
        prop_assert_eq!(sum.low, smaller - (sum.high - larger));
        let product = multiply(x, y);
        prop_assert_eq!(product.high, x * y);
        prop_assert_eq!(product.low, x.mul_add(y, -product.high));
    }

    #[test]
    fn functions_are_near_those_of_another_library(x in -30.0..30.0_f64) {
        let size = x.abs() + 1e-3;
        for (ours, theirs) in [
            (exp(x), libm::exp(x)), (exp2(x), libm::exp2(x)), (expm1(x), libm::expm1(x)),
            (log(size), libm::log(size)), (log2(size), libm::log2(size)), (log10(size), libm::log10(size)),
            (log1p(size), libm::log1p(size)), (sin(x), libm::sin(x)), (cos(x), libm::cos(x)), (tan(x), libm::tan(x)),
            (sinh(x), libm::sinh(x)), (cosh(x), libm::cosh(x)), (tanh(x), libm::tanh(x)),
            (asinh(x), libm::asinh(x)), (acosh(1.0 + size), libm::acosh(1.0 + size)),
            (atanh(x / 31.0), libm::atanh(x / 31.0)), (asin(x / 31.0), libm::asin(x / 31.0)),
            (acos(x / 31.0), libm::acos(x / 31.0)), (atan(x), libm::atan(x)), (cbrt(x), libm::cbrt(x)),
            (hypot(x, 3.0), libm::hypot(x, 3.0)), (pow(size, x), libm::pow(size, x)), (atan2(x, 3.0), libm::atan2(x, 3.0)),
        ] {
            prop_assert!((ours - theirs).abs() <= 4.0 * f64::EPSILON * theirs.abs(), "{ours}, not {theirs}");
        }
    }
}
