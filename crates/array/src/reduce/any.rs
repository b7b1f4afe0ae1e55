//! Whether any element is true. Everything but 0 is, NaN too.

use bramble_graph::DType;

use super::ReductionDef;
use super::max::Max;
use super::method::{As, Method};
use crate::Bool;
use crate::element::for_families;

pub(super) static REDUCTION: ReductionDef = ReductionDef { name: "any", needs_elements: false, method };

fn method(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        any T => Method::casting::<T, Max<Bool>, As<Bool>>(),
    })
}

#[cfg(test)]
mod tests {
    use crate::Bool;
    use crate::reduce::testing::{all_of, none_of};

    #[test]
    fn asks_every_element() {
        assert_eq!(all_of::<i32, Bool>("any", &[0, 256]), Bool::TRUE);
        assert_eq!(all_of::<f64, Bool>("any", &[0.0, -0.0]), Bool::FALSE);
        assert_eq!(all_of::<f32, Bool>("any", &[0.0, f32::NAN]), Bool::TRUE);
    }

    #[test]
    fn of_nothing_is_false() {
        assert_eq!(none_of::<u8, Bool>("any").unwrap(), Bool::FALSE);
    }
}
