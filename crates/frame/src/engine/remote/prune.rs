//! Finds out by statistics which row groups can't have rows that a filter wants.

use std::collections::HashSet;
use std::io::Cursor;

use polars::prelude::{Column, DataFrame, DataType, Engine, Expr, IntoLazy, PlSmallStr, Series, col, lit};
use polars_core::query_result::QueryResult;
use polars_parquet::arrow::read::statistics::deserialize_all;
use polars_parquet::read::{infer_schema, read_metadata};
use polars_parquet_format::FileMetaData;
use polars_plan::prelude::{BooleanFunction, FunctionExpr, Operator, expr_to_leaf_column_names};

use super::parquet::assemble;
use crate::engine::error::Result;

/// Names of columns of statistics.
fn least(column: &str) -> String {
    format!("least {column}")
}
fn greatest(column: &str) -> String {
    format!("greatest {column}")
}
fn nulls(column: &str) -> String {
    format!("nulls {column}")
}
const ROWS: &str = "rows";

/// Statistics of groups of rows, each of which is a row of its own.
pub(super) struct Statistics {
    frame: DataFrame,
    /// Columns that may have NaN, which is greater than everything and not among the greatest that are written down.
    floats: HashSet<PlSmallStr>,
}

impl Statistics {
    /// Of one group that has the same value in all rows of each column: `constants` has one row.
    pub(super) fn constant(constants: &DataFrame) -> Result<Statistics> {
        let columns = constants.columns().iter().flat_map(|column| extremes(column.name(), column, column));
        Ok(Statistics {
            frame: DataFrame::new(constants.height(), columns.collect())?,
            floats: HashSet::new(),
        })
    }

    /// Of the row groups of a file, of columns that a filter looks at.
    pub(super) fn of(footer: &FileMetaData, filter: &Expr) -> Result<Statistics> {
        let metadata = read_metadata(&mut Cursor::new(assemble(&[], footer)?))?;
        let schema = infer_schema(&metadata)?;
        let groups = &metadata.row_groups;
        let mut statistics = Statistics {
            frame: DataFrame::new(
                groups.len(),
                vec![Column::new(
                    ROWS.into(),
                    groups.iter().map(|group| group.num_rows() as u64).collect::<Vec<_>>(),
                )],
            )?,
            floats: HashSet::new(),
        };
        if groups.is_empty() {
            return Ok(statistics);
        }
        let names: HashSet<PlSmallStr> = expr_to_leaf_column_names(filter).into_iter().collect();
        for name in names {
            let (Some(field), Some([leaf])) =
                (schema.get(&name), groups[0].columns_idxs_under_root_iter(&name))
            else {
                continue;
            };
            // What can't be understood tells nothing.
            let Ok(Some(found)) = deserialize_all(field, groups, *leaf, &metadata.footer_buf) else {
                continue;
            };
            let Ok(least_of) = Series::from_arrow(name.clone(), found.min_value) else { continue };
            let Ok(greatest_of) = Series::from_arrow(name.clone(), found.max_value) else { continue };
            let Ok(nulls_of) = Series::from_arrow(name.clone(), Box::new(found.null_count)) else { continue };
            let wanted = DataType::from_arrow_field(field);
            let (Ok(low), Ok(high)) = (least_of.cast(&wanted), greatest_of.cast(&wanted)) else { continue };
            if wanted.is_float() {
                statistics.floats.insert(name.clone());
            }
            for column in extremes(&name, &low.into(), &high.into()) {
                statistics.frame.with_column(column)?;
            }
            statistics.frame.with_column(Column::from(nulls_of).with_name(nulls(&name).into()))?;
        }
        Ok(statistics)
    }

    /// Which groups may have rows of which a filter holds.
    pub(super) fn may_hold(&self, filter: &Expr) -> Vec<bool> {
        let all = vec![true; self.frame.height()];
        let Some(condition) = self.condition(filter) else { return all };
        let condition = condition.fill_null(lit(true)).alias("may hold");
        let rows = self.frame.clone().lazy().select([condition]).collect_with_engine(Engine::InMemory);
        let Ok(rows) = rows.map(QueryResult::unwrap_single) else { return all };
        let Some(answers) = rows.columns().first().and_then(|column| column.bool().ok().cloned()) else {
            return all;
        };
        if answers.len() != all.len() {
            return all;
        }
        answers.iter().map(|answer| answer.unwrap_or(true)).collect()
    }

    /// What holds of the statistics of rows if a filter holds of one of them; nothing where they don't tell.
    fn condition(&self, filter: &Expr) -> Option<Expr> {
        match filter {
            Expr::Alias(of, _) => self.condition(of),
            Expr::BinaryExpr { left, op, right } => match op {
                Operator::And | Operator::LogicalAnd => match (self.condition(left), self.condition(right)) {
                    (Some(left), Some(right)) => Some(left.and(right)),
                    (left, right) => left.or(right),
                },
                Operator::Or | Operator::LogicalOr => Some(self.condition(left)?.or(self.condition(right)?)),
                _ => match (&**left, &**right) {
                    (Expr::Column(name), value @ Expr::Literal(_)) => self.compare(name, *op, value),
                    (value @ Expr::Literal(_), Expr::Column(name)) => self.compare(name, turned(*op)?, value),
                    _ => None,
                },
            },
            Expr::Function { input, function: FunctionExpr::Boolean(function) } => {
                match (&input[..], function) {
                    ([Expr::Column(name)], BooleanFunction::IsNull) => {
                        self.has(&nulls(name)).then(|| col(nulls(name)).gt(lit(0)))
                    }
                    ([Expr::Column(name)], BooleanFunction::IsNotNull) => {
                        self.has(&nulls(name)).then(|| col(nulls(name)).lt(col(ROWS)))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn compare(&self, name: &PlSmallStr, op: Operator, value: &Expr) -> Option<Expr> {
        if !self.has(&least(name)) {
            return None;
        }
        let (low, high) = (col(least(name)), col(greatest(name)));
        let value = value.clone();
        match op {
            Operator::Lt => Some(low.lt(value)),
            Operator::LtEq => Some(low.lt_eq(value)),
            Operator::Eq => Some(low.lt_eq(value.clone()).and(high.gt_eq(value))),
            _ if self.floats.contains(name) => None,
            Operator::Gt => Some(high.gt(value)),
            Operator::GtEq => Some(high.gt_eq(value)),
            _ => None,
        }
    }

    fn has(&self, column: &str) -> bool {
        self.frame.schema().contains(column)
    }
}

/// The comparison with its sides the other way round.
fn turned(op: Operator) -> Option<Operator> {
    Some(match op {
        Operator::Lt => Operator::Gt,
        Operator::LtEq => Operator::GtEq,
        Operator::Gt => Operator::Lt,
        Operator::GtEq => Operator::LtEq,
        Operator::Eq => Operator::Eq,
        _ => return None,
    })
}

fn extremes(name: &str, low: &Column, high: &Column) -> [Column; 2] {
    [low.clone().with_name(least(name).into()), high.clone().with_name(greatest(name).into())]
}
