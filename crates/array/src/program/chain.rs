//! Runs of arithmetic with constants, in one loop: a value stays in vector registers from one step to the next, where
//! kernels of single steps would write it to a tile and read it again. The bits are those of the kernels.

use std::ops::{Add, Div, Mul, Neg, Sub};

use bramble_graph::{Arg, DType, Program, Step};

use crate::element::{Cast, for_families, from_scalar};
use crate::feed::fetch_all;
use crate::simd::{self, Loop};
use crate::{Bool, Element, Rows};

/// Elements that go through all steps before the next ones do: few enough for vector registers, enough to make choosing
/// a step cheap.
const BLOCK: usize = 32;

/// Computes rows as they lie in memory; the results lie one behind the other. Meanwhile as much of the rows that come next is
/// fetched.
pub(super) type RowKernel = Box<dyn Fn(&Rows<'_>, Option<&Rows<'_>>, &mut [u8]) + Send + Sync>;

/// A step: what is done with the value of the one before.
#[derive(Clone, Copy)]
enum Link<T> {
    Add(T),
    Subtract(T),
    SubtractFrom(T),
    Multiply(T),
    Divide(T),
    DivideInto(T),
    Square,
    Negative,
}

/// Steps that follow each other and can be one loop.
pub(super) struct Chain {
    /// Number of the last step.
    pub(super) last: usize,
    /// What goes into the first step.
    pub(super) input: Arg,
    /// Element type of all steps.
    pub(super) dtype: DType,
    pub(super) kernel: RowKernel,
}

/// The longest chain that begins with step `first`, if it has two steps at least. `uses` says how often the result of each
/// step is used.
pub(super) fn chain_from(program: &Program, uses: &[usize], first: usize) -> Option<Chain> {
    let (dtype, input) = link_of(program.steps.get(first)?)?;
    let continues = |&last: &usize| {
        uses[last] == 1
            && program.steps.get(last + 1).and_then(link_of).is_some_and(|(other, value)| {
                other == dtype && u32::try_from(last).is_ok_and(|last| value == Arg::Step(last))
            })
    };
    let mut last = first;
    while continues(&last) {
        last += 1;
    }
    let kernel = kernel(&program.steps[first..=last], dtype).filter(|_| last > first)?;
    Some(Chain { last, input, dtype, kernel })
}

/// How often the result of each step is used, by steps and as a result of the program.
pub(super) fn uses(program: &Program) -> Vec<usize> {
    let mut uses = vec![0; program.steps.len()];
    let results = [Some(program.result), program.imaginary].into_iter().flatten();
    for arg in program.steps.iter().flat_map(Step::args).copied().chain(results) {
        if let Arg::Step(number) = arg
            && let Some(uses) = uses.get_mut(number as usize)
        {
            *uses += 1;
        }
    }
    uses
}

/// The element type of a step that can be part of a chain, and the one argument of it that is no constant.
fn link_of(step: &Step) -> Option<(DType, Arg)> {
    let Step::Apply { dtype, .. } = step else { return None };
    let value = link::<f64>(step)?.1;
    matches!(dtype, DType::Float32 | DType::Float64).then_some((*dtype, value))
}

/// What a step does with the one argument of it that is no constant.
fn link<T>(step: &Step) -> Option<(Link<T>, Arg)>
where
    Bool: Cast<T>,
    i64: Cast<T>,
    u64: Cast<T>,
    f64: Cast<T>,
{
    let Step::Apply { op, args, .. } = step else { return None };
    Some(match (op.as_str(), args.as_slice()) {
        (_, [Arg::Const(_)] | [Arg::Const(_), Arg::Const(_)]) => return None,
        ("add", &[value, Arg::Const(constant)] | &[Arg::Const(constant), value]) => {
            (Link::Add(from_scalar(constant)), value)
        }
        ("multiply", &[value, Arg::Const(constant)] | &[Arg::Const(constant), value]) => {
            (Link::Multiply(from_scalar(constant)), value)
        }
        ("subtract", &[value, Arg::Const(constant)]) => (Link::Subtract(from_scalar(constant)), value),
        ("subtract", &[Arg::Const(constant), value]) => (Link::SubtractFrom(from_scalar(constant)), value),
        ("divide", &[value, Arg::Const(constant)]) => (Link::Divide(from_scalar(constant)), value),
        ("divide", &[Arg::Const(constant), value]) => (Link::DivideInto(from_scalar(constant)), value),
        ("square", &[value]) => (Link::Square, value),
        ("negative", &[value]) => (Link::Negative, value),
        _ => return None,
    })
}

fn kernel(steps: &[Step], dtype: DType) -> Option<RowKernel> {
    for_families!(dtype, {
        float T => {
            let links: Vec<Link<T>> = steps.iter().filter_map(|step| Some(link(step)?.0)).collect();
            let kernel: RowKernel = Box::new(move |rows, next, out| {
                simd::run_long(Run { links: &links, rows, next, out: bytemuck::cast_slice_mut(out) });
            });
            kernel
        },
    })
}

struct Run<'a, T> {
    links: &'a [Link<T>],
    rows: &'a Rows<'a>,
    next: Option<&'a Rows<'a>>,
    out: &'a mut [T],
}

impl<T> Loop for Run<'_, T>
where
    T: Element + Add<Output = T> + Sub<Output = T> + Mul<Output = T> + Div<Output = T> + Neg<Output = T>,
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Run { links, rows, next, mut out } = self;
        for number in 0..rows.count() {
            let row: &[T] = bytemuck::cast_slice(rows.row(number));
            let next: &[T] = next.map_or(&[], |next| bytemuck::cast_slice(next.row(number)));
            let (now, later) = out.split_at_mut(row.len());
            out = later;
            through_row(links, row, next, now);
        }
    }
}

/// What the elements of a row become by all steps. With each block the one at its place in the next row is fetched: many
/// at once would keep the CPU waiting for memory, and the memory for the CPU afterwards.
#[inline(always)]
fn through_row<T>(links: &[Link<T>], row: &[T], next: &[T], out: &mut [T])
where
    T: Element + Add<Output = T> + Sub<Output = T> + Mul<Output = T> + Div<Output = T> + Neg<Output = T>,
{
    let (blocks, rest) = row.as_chunks::<BLOCK>();
    let (out, out_rest) = out.as_chunks_mut::<BLOCK>();
    let (next, next_rest) = next.as_chunks::<BLOCK>();
    for (number, (out, block)) in out.iter_mut().zip(blocks).enumerate() {
        if let Some(next) = next.get(number) {
            fetch_all(next);
        }
        *out = through(links, *block);
    }
    fetch_all(next_rest);
    for (out, &element) in out_rest.iter_mut().zip(rest) {
        [*out] = through(links, [element]);
    }
}

/// What some elements become by all steps.
#[inline(always)]
fn through<T, const N: usize>(links: &[Link<T>], mut elements: [T; N]) -> [T; N]
where
    T: Element + Add<Output = T> + Sub<Output = T> + Mul<Output = T> + Div<Output = T> + Neg<Output = T>,
{
    for &link in links {
        match link {
            Link::Add(constant) => each(&mut elements, |x| x + constant),
            Link::Subtract(constant) => each(&mut elements, |x| x - constant),
            Link::SubtractFrom(constant) => each(&mut elements, |x| constant - x),
            Link::Multiply(constant) => each(&mut elements, |x| x * constant),
            Link::Divide(constant) => each(&mut elements, |x| x / constant),
            Link::DivideInto(constant) => each(&mut elements, |x| constant / x),
            Link::Square => each(&mut elements, |x| x * x),
            Link::Negative => each(&mut elements, |x| -x),
        }
    }
    elements
}

#[inline(always)]
fn each<T: Copy, const N: usize>(elements: &mut [T; N], function: impl Fn(T) -> T) {
    for element in elements {
        *element = function(*element);
    }
}
