//! Whether all elements are true. Everything but 0 is, NaN too.

use bramble_graph::DType;

use super::ReductionDef;
use super::method::{As, Method};
use super::min::Min;
use crate::Bool;
use crate::element::for_families;

pub(super) static REDUCTION: ReductionDef = ReductionDef { name: "all", needs_elements: false, method };

fn method(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        any T => Method::casting::<T, Min<Bool>, As<Bool>>(),
    })
}

#[cfg(test)]
mod tests {
    use crate::Bool;
    use crate::reduce::testing::{all_of, none_of};

    #[test]
    fn asks_every_element() {
        assert_eq!(all_of::<i32, Bool>("all", &[1, -1, 256]), Bool::TRUE);
        assert_eq!(all_of::<f64, Bool>("all", &[f64::NAN, -0.0]), Bool::FALSE);
        assert_eq!(all_of::<f64, Bool>("all", &[f64::NAN, 0.1]), Bool::TRUE);
    }

    #[test]
    fn of_nothing_is_true() {
        assert_eq!(none_of::<u8, Bool>("all").unwrap(), Bool::TRUE);
    }
}
