//! The shape of a block as a reduction sees it.

/// Neighbouring axes that are all reduced or all kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    pub(super) length: usize,
    pub(super) reduced: bool,
}

/// A block as an alternation of reduced and kept groups, reduced axes of length 1 left out. Kept axes of length 1
/// stay, so that a slice of what a reduction leaves is merged in the order of the whole.
///
/// ```text
/// outer groups … , a row of `width` kept positions, each the end of a run of `run` reduced elements
/// ```
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Groups {
    /// The groups outside of the row.
    pub(super) outer: Vec<Group>,
    /// Length of the innermost kept group.
    pub(super) width: usize,
    /// Length of the group behind it, if that is reduced.
    pub(super) run: Option<usize>,
}

impl Groups {
    pub(super) fn new(shape: &[usize], axes: &[u32]) -> Groups {
        let mut outer: Vec<Group> = Vec::new();
        for (&length, axis) in shape.iter().zip(0..) {
            let reduced = axes.contains(&axis);
            match outer.last_mut() {
                _ if length == 1 && reduced => {}
                Some(group) if group.reduced == reduced => group.length *= length,
                _ => outer.push(Group { length, reduced }),
            }
        }
        let run = outer.pop_if(|group| group.reduced).map(|group| group.length);
        let width = outer.pop().map_or(1, |group| group.length);
        Groups { outer, width, run }
    }

    /// Number of kept positions.
    pub(super) fn kept(&self) -> usize {
        self.width * product(&self.outer, false)
    }

    /// How many values each kept position gets.
    pub(super) fn steps(&self) -> usize {
        product(&self.outer, true)
    }
}

fn product(groups: &[Group], reduced: bool) -> usize {
    groups.iter().filter(|group| group.reduced == reduced).map(|group| group.length).product()
}

/// Walks over the outer groups in row-major order.
#[derive(Debug)]
pub(super) struct Cursor {
    wheels: Vec<Wheel>,
    /// Number of the row among the kept ones.
    pub(super) row: usize,
    /// Number of the value for that row.
    pub(super) step: usize,
}

/// One outer group of a cursor.
#[derive(Debug)]
struct Wheel {
    group: Group,
    position: usize,
    /// By how much the row, or the step for a reduced group, grows from one position to the next.
    stride: usize,
}

impl Cursor {
    pub(super) fn new(outer: &[Group]) -> Cursor {
        let wheel = |(number, &group): (usize, &Group)| Wheel {
            group,
            position: 0,
            stride: product(&outer[number + 1..], group.reduced),
        };
        Cursor { wheels: outer.iter().enumerate().map(wheel).collect(), row: 0, step: 0 }
    }

    /// How many values, from this one on, go to the same row one after another.
    pub(super) fn same_row(&self) -> usize {
        match self.wheels.last() {
            Some(wheel) if wheel.group.reduced => wheel.group.length - wheel.position,
            _ => 1,
        }
    }

    /// Goes on by `count` places, at most as many as [`Cursor::same_row`] says.
    #[inline]
    pub(super) fn advance(&mut self, count: usize) {
        let mut count = count;
        for wheel in self.wheels.iter_mut().rev() {
            let counter = if wheel.group.reduced { &mut self.step } else { &mut self.row };
            *counter += count * wheel.stride;
            wheel.position += count;
            if wheel.position < wheel.group.length {
                return;
            }
            *counter -= wheel.position * wheel.stride;
            wheel.position = 0;
            count = 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collapses_neighbours_and_drops_reduced_axes_of_length_1() {
        let groups = Groups::new(&[2, 3, 1, 4, 5], &[0, 1, 2, 4]);
        assert_eq!(
            groups,
            Groups { outer: vec![Group { length: 6, reduced: true }], width: 4, run: Some(5) }
        );
        assert_eq!((groups.kept(), groups.steps()), (4, 6));
        assert_eq!(
            Groups::new(&[2, 1, 3], &[0, 2]),
            Groups { outer: vec![Group { length: 2, reduced: true }], width: 1, run: Some(3) }
        );
        assert_eq!(
            Groups::new(&[2, 3, 1], &[0, 2]),
            Groups { outer: vec![Group { length: 2, reduced: true }], width: 3, run: None }
        );
        assert_eq!(Groups::new(&[], &[]), Groups { outer: vec![], width: 1, run: None });
    }

    #[test]
    fn walks_in_row_major_order() {
        let group = |length, reduced| Group { length, reduced };
        let mut cursor = Cursor::new(&[group(2, false), group(2, true), group(2, false), group(3, true)]);
        let mut places = Vec::new();
        for _ in 0..24 {
            places.push((cursor.row, cursor.step));
            cursor.advance(1);
        }
        let expected: Vec<_> = (0..24).map(|i| ((i / 12) * 2 + i / 3 % 2, (i / 6 % 2) * 3 + i % 3)).collect();
        assert_eq!(places, expected);
        assert_eq!((cursor.row, cursor.step, cursor.same_row()), (0, 0, 3));
    }
}
