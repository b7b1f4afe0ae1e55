//! What a query needs of the objects that it reads, as Polars' optimiser finds it out.

use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use polars::polars_utils::slice_enum::Slice;
use polars::prelude::{
    AnonymousScan, AnonymousScanArgs, DataFrame, Expr, LazyFrame, PlSmallStr, PolarsError, PolarsResult,
    ScanArgsAnonymous,
};
use polars_plan::prelude::{FileScanIR, IR, expr_to_leaf_column_names};

use crate::Scan;
use crate::engine::error::{FrameError, Result};
use crate::engine::types::to_schema;

/// What is needed of the rows of a scan.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Wanted {
    /// The columns, if not all.
    pub(super) columns: Option<HashSet<PlSmallStr>>,
    /// Rows that it does not hold of are not looked at.
    pub(super) filter: Option<Expr>,
    /// So many from the beginning, before the filter.
    pub(super) rows: Option<usize>,
}

impl Wanted {
    /// What one or the other needs.
    fn or(self, other: Wanted) -> Wanted {
        let columns = match (self.columns, other.columns) {
            (Some(ours), Some(theirs)) => Some(ours.union(&theirs).cloned().collect()),
            _ => None,
        };
        let rows = self.rows.zip(other.rows).map(|(ours, theirs)| ours.max(theirs));
        let filter = self.filter.zip(other.filter).map(|(ours, theirs)| ours.or(theirs));
        Wanted { columns, filter, rows }
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.as_ref().is_none_or(|columns| columns.contains(column))
    }
}

/// Stands for the rows of a scan in a query that is not executed.
struct Placeholder {
    /// The number of the step.
    step: usize,
}

impl AnonymousScan for Placeholder {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn scan(&self, _: AnonymousScanArgs) -> PolarsResult<DataFrame> {
        Err(PolarsError::ComputeError("objects are fetched before a query runs".into()))
    }

    fn allows_predicate_pushdown(&self) -> bool {
        true
    }

    fn allows_projection_pushdown(&self) -> bool {
        true
    }
}

/// A scan of objects in a query that is not executed.
pub(in crate::engine) fn placeholder(step: usize, scan: &Scan) -> Result<LazyFrame> {
    let Some(columns) = &scan.columns else {
        return Err(FrameError::Plan("a scan of objects whose columns are not known".into()));
    };
    let args = ScanArgsAnonymous {
        schema: Some(to_schema(columns)?),
        name: "SCAN OF OBJECTS",
        ..Default::default()
    };
    Ok(LazyFrame::anonymous_scan(Arc::new(Placeholder { step }), args)?)
}

/// What a query needs of the steps that placeholders stand for.
pub(super) fn wanted(query: LazyFrame) -> Result<HashMap<usize, Wanted>> {
    let plan = query.to_alp_optimized()?;
    let mut found: HashMap<usize, Wanted> = HashMap::new();
    let (mut waiting, mut seen) = (vec![plan.lp_top], HashSet::new());
    while let Some(node) = waiting.pop() {
        if !seen.insert(node) {
            continue;
        }
        let step = plan.lp_arena.get(node);
        step.copy_inputs(&mut waiting);
        let IR::Scan { scan_type, unified_scan_args, predicate, .. } = step else { continue };
        let FileScanIR::Anonymous { function, .. } = &**scan_type else { continue };
        let Some(Placeholder { step }) = function.as_any().downcast_ref() else { continue };
        let filter = predicate.as_ref().map(|predicate| predicate.to_expr(&plan.expr_arena));
        let columns = unified_scan_args.projection.as_ref().map(|names| {
            let of_filter = filter.iter().flat_map(expr_to_leaf_column_names);
            names.iter().cloned().chain(of_filter).collect()
        });
        let rows = unified_scan_args.pre_slice.as_ref().map(Slice::len);
        let here = Wanted { columns, filter, rows };
        let both = match found.remove(step) {
            Some(there) => there.or(here),
            None => here,
        };
        found.insert(*step, both);
    }
    Ok(found)
}
