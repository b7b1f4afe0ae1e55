//! Plain CSV files, read by loops of our own.
//!
//! Without SIMD, which needs a nightly compiler, the reader of Polars looks at every byte several times, one by one. This one
//! reads blocks of whole lines side by side and finds the ends of values 64 bytes at a time. It reads what is plain, and what
//! is not it leaves to Polars, so that rows and errors are those of Polars: a block with a line of another length or a value
//! that is not of its type, and the whole scan if there are quotes or many such blocks.

mod block;
#[cfg(test)]
#[path = "../../../tests/common/mod.rs"]
mod common;
mod fields;
mod values;

use std::any::Any;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use polars::prelude::{
    AnonymousScan, AnonymousScanArgs, DataFrame, Engine, Expr, IntoLazy, LazyFrame, PolarsResult,
    ScanArgsAnonymous, ScanSources, SchemaRef, col,
};
use polars_core::query_result::QueryResult;
use polars_core::runtime::RAYON;
use polars_core::utils::accumulate_dataframes_vertical_unchecked;
use rayon::prelude::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use self::block::{Block, Room};
use self::values::Wanted;
use super::cut::COMPRESSED;
use super::error::Result;
use super::scans::csv;
use super::types::to_schema;
use crate::{CsvOptions, Range, Scan, ScanFormat};

/// Bytes of a block: with its values it stays in the cache, and there are enough of them for all cores.
const BLOCK: u64 = 2 << 20;
/// Files with fewer bytes than this are not worth it.
const LEAST: u64 = 4 * BLOCK;
/// How many bytes are looked at beforehand, for quotes.
const LOOK: usize = 64 << 10;
/// One block of so many may be left to Polars before everything is.
const MOST_ODD: usize = 8;

/// The rows of a scan, if its files are large and look plain.
pub(in crate::engine) fn scan_plain(scan: &Scan) -> Result<Option<LazyFrame>> {
    scan_blocks(scan, BLOCK, LEAST)
}

fn scan_blocks(scan: &Scan, block: u64, least: u64) -> Result<Option<LazyFrame>> {
    let Some((reader, schema)) = PlainCsv::of(scan, block, least)? else { return Ok(None) };
    let args = ScanArgsAnonymous { schema: Some(schema), name: "PLAIN CSV SCAN", ..Default::default() };
    Ok(Some(LazyFrame::anonymous_scan(Arc::new(reader), args)?))
}

/// Reads the files of a scan whose columns are known.
struct PlainCsv {
    scan: Scan,
    options: CsvOptions,
    separator: u8,
    quote: Option<u8>,
    schema: SchemaRef,
    blocks: Vec<Block>,
    /// The same rows, read by Polars.
    polars: LazyFrame,
}

/// What became of a block.
enum Outcome {
    Rows(DataFrame),
    /// Lines that Polars must read.
    Odd(Vec<u8>),
}

impl PlainCsv {
    fn of(scan: &Scan, block: u64, least: u64) -> Result<Option<(Self, SchemaRef)>> {
        let (ScanFormat::Csv(options), Some(columns)) = (&scan.format, &scan.columns) else {
            return Ok(None);
        };
        let Some((separator, quote)) = plain_bytes(options) else { return Ok(None) };
        // A column alone may have empty lines, of which only Polars knows which are rows.
        if columns.len() < 2 || scan.path_column.is_some() {
            return Ok(None);
        }
        let Some(parts) = plain_parts(scan, quote, least) else { return Ok(None) };
        let schema = to_schema(columns)?;
        let blocks = parts.into_iter().enumerate().flat_map(|(file, part)| block::cut(file, part, block));
        let reader = PlainCsv {
            blocks: blocks.collect(),
            options: options.clone(),
            polars: super::scans::scan(scan)?,
            schema: Arc::clone(&schema),
            scan: scan.clone(),
            separator,
            quote,
        };
        Ok(Some((reader, schema)))
    }

    /// The rows, if what is not plain in them is little, and right.
    fn rows(&self, args: &AnonymousScanArgs) -> Option<DataFrame> {
        let wanted = values::wanted(&self.schema, args.with_columns.as_deref())?;
        let mut frames = vec![empty(&wanted)];
        let (mut height, mut odd) = (0, 0);
        let most = args.n_rows.unwrap_or(usize::MAX);
        // Whoever wants the first rows only shall not wait for all.
        let at_once = if args.n_rows.is_some() { RAYON.current_num_threads() } else { self.blocks.len() };
        // How many rows come first is known before any is left out.
        let predicate = if args.n_rows.is_some() { None } else { args.predicate.as_ref() };
        for blocks in self.blocks.chunks(at_once.max(1)) {
            if height >= most {
                break;
            }
            for (block, outcome) in blocks.iter().zip(self.read(blocks, &wanted, predicate)?) {
                let frame = match outcome {
                    Outcome::Rows(frame) => frame,
                    Outcome::Odd(lines) => {
                        odd += usize::from(!block.is_first);
                        if odd * MOST_ODD > self.blocks.len() {
                            return None;
                        }
                        self.by_polars(block, lines, &wanted, predicate)?
                    }
                };
                height += frame.height();
                frames.push(frame);
            }
        }
        let frame = accumulate_dataframes_vertical_unchecked(frames);
        match (args.n_rows, &args.predicate) {
            (Some(rows), Some(predicate)) => filtered(frame.head(Some(rows)), predicate).ok(),
            (Some(rows), None) => Some(frame.head(Some(rows))),
            (None, _) => Some(frame),
        }
    }

    /// What becomes of each of some blocks; nothing if a file changed, or has quotes. Each thread takes one block after
    /// another, so that none has many before it when the others are done.
    fn read(&self, blocks: &[Block], wanted: &[Wanted], predicate: Option<&Expr>) -> Option<Vec<Outcome>> {
        let (next, is_plain) = (AtomicUsize::new(0), AtomicBool::new(true));
        let take = |_| {
            let (mut room, mut read) = (Room::default(), Vec::new());
            while is_plain.load(Ordering::Relaxed) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(block) = blocks.get(number) else { break };
                match self.read_block(block, &mut room, wanted, predicate) {
                    Some(outcome) => read.push((number, outcome)),
                    None => is_plain.store(false, Ordering::Relaxed),
                }
            }
            read
        };
        let threads = RAYON.current_num_threads();
        let mut read: Vec<_> =
            RAYON.install(|| (0..threads).into_par_iter().with_max_len(1).flat_map_iter(take).collect());
        read.sort_unstable_by_key(|&(number, _)| number);
        is_plain.into_inner().then(|| read.into_iter().map(|(_, outcome)| outcome).collect())
    }

    fn read_block(
        &self,
        block: &Block,
        room: &mut Room,
        wanted: &[Wanted],
        predicate: Option<&Expr>,
    ) -> Option<Outcome> {
        let path = self.scan.paths.get(block.file)?;
        let Room { bytes, ends } = room;
        let lines = block.read(path, bytes).ok()?;
        if block.is_first {
            return Some(Outcome::Odd(lines.to_vec()));
        }
        let width = self.schema.len();
        let (lines, ends) = match fields::find(lines, self.separator, self.quote, width, ends) {
            fields::Found::Quotes => return None,
            fields::Found::OtherWidth => return Some(Outcome::Odd(lines.to_vec())),
            fields::Found::Lines(ends) => (lines, ends),
        };
        let Some(frame) = values::frame(lines, ends, width, wanted) else {
            return Some(Outcome::Odd(lines.to_vec()));
        };
        match predicate {
            Some(predicate) => filtered(frame, predicate).ok().map(Outcome::Rows),
            None => Some(Outcome::Rows(frame)),
        }
    }

    /// Lines as Polars reads them.
    fn by_polars(
        &self,
        block: &Block,
        lines: Vec<u8>,
        wanted: &[Wanted],
        predicate: Option<&Expr>,
    ) -> Option<DataFrame> {
        let options = CsvOptions { header: block.is_first && self.options.header, ..self.options.clone() };
        let sources = ScanSources::Buffers(Arc::from([lines.into()]));
        let mut rows = csv(&self.scan, &options, sources).ok()?.select(names(wanted));
        if let Some(predicate) = predicate {
            rows = rows.filter(predicate.clone());
        }
        rows.collect_with_engine(Engine::InMemory).ok().map(QueryResult::unwrap_single)
    }
}

impl AnonymousScan for PlainCsv {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn scan(&self, args: AnonymousScanArgs) -> PolarsResult<DataFrame> {
        if let Some(rows) = self.rows(&args) {
            return Ok(rows);
        }
        let mut rows = self.polars.clone();
        if let Some(names) = &args.with_columns {
            rows = rows.select(names.iter().cloned().map(col).collect::<Vec<_>>());
        }
        if let Some(count) = args.n_rows {
            rows = rows.limit(count.try_into().unwrap_or(polars::prelude::IdxSize::MAX));
        }
        if let Some(predicate) = args.predicate {
            rows = rows.filter(predicate);
        }
        rows.collect_with_engine(Engine::InMemory).map(QueryResult::unwrap_single)
    }

    fn allows_predicate_pushdown(&self) -> bool {
        true
    }

    fn allows_projection_pushdown(&self) -> bool {
        true
    }
}

fn empty(wanted: &[Wanted]) -> DataFrame {
    let fields = wanted.iter().map(|column| (column.name.clone(), column.dtype.clone()));
    DataFrame::empty_with_schema(&fields.collect())
}

fn names(wanted: &[Wanted]) -> Vec<Expr> {
    wanted.iter().map(|column| col(column.name.clone())).collect()
}

fn filtered(frame: DataFrame, predicate: &Expr) -> PolarsResult<DataFrame> {
    let rows = frame.lazy().filter(predicate.clone()).collect_with_engine(Engine::InMemory)?;
    Ok(rows.unwrap_single())
}

/// The separator and the quote, if values are nothing but text between separators.
fn plain_bytes(options: &CsvOptions) -> Option<(u8, Option<u8>)> {
    let is_plain = options.comment.is_none()
        && options.skip == 0
        && options.nulls.is_empty()
        && !options.decimal_comma
        && !options.lossy;
    let byte = |text: &str| match text.as_bytes() {
        [byte @ 0..0x80] if !matches!(byte, b'\n' | b'\r') => Some(*byte),
        _ => None,
    };
    let separator = byte(&options.separator)?;
    let quote = match &options.quote {
        Some(quote) => Some(byte(quote)?),
        None => None,
    };
    (is_plain && quote != Some(separator)).then_some((separator, quote))
}

/// What is to be read of each file, if all of them are large and look plain.
fn plain_parts(scan: &Scan, quote: Option<u8>, least: u64) -> Option<Vec<Range>> {
    let parts = scan.paths.iter().map(|path| {
        if path.contains("://") {
            return None;
        }
        let mut file = File::open(path).ok()?;
        let size = file.metadata().ok()?.len();
        let part = scan.range.unwrap_or(Range { from: 0, to: size });
        let mut start = Vec::new();
        file.by_ref().take(LOOK as u64).read_to_end(&mut start).ok()?;
        let is_compressed = COMPRESSED.iter().any(|begin| start.starts_with(begin));
        let has_quotes = quote.is_some_and(|quote| start.contains(&quote));
        (part.to <= size && part.to - part.from >= least && !is_compressed && !has_quotes).then_some(part)
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use polars::prelude::lit;
    use proptest::prelude::*;

    use super::common::{plain_csv, scan_of};
    use super::*;
    use crate::{Column, ColumnType};

    fn columns() -> Vec<Column> {
        let column = |name: &str, column_type| Column { name: name.into(), column_type };
        vec![column("name", ColumnType::Str), column("n", ColumnType::I64), column("x", ColumnType::F64)]
    }

    fn line() -> impl Strategy<Value = String> {
        let odd = "(a,1|a,1,2,3|a, 1,+2|\t,x,1|)";
        prop_oneof![30 => "[a-cé]{0,20},(-?[0-9]{1,19})?,(-?[0-9]{1,3}(\\.[0-9]{1,9})?(e-?[0-9])?)?\r?", 1 => odd]
    }

    proptest! {
        #[test]
        fn rows_are_those_of_polars(
            lines in prop::collection::vec(line(), 1..40),
            block in 1..200_u64,
            ends in any::<bool>(),
            rows in prop::option::of(0..20_u32),
        ) {
            let mut text = format!("name,n,x\n{}", lines.join("\n"));
            if ends {
                text.push('\n');
            }
            let mut file = tempfile::NamedTempFile::new().expect("a folder for temporary files");
            file.write_all(text.as_bytes()).expect("a temporary file");
            let plain = scan_of(&[file.path()], ScanFormat::Csv(plain_csv()));
            let scan = Scan { columns: Some(columns()), ..plain };
            let query = |files: LazyFrame| {
                let files = match rows {
                    Some(rows) => files.limit(rows),
                    None => files,
                };
                let chosen = files.filter(col("n").gt(lit(0))).select([col("x"), col("name"), col("n")]);
                chosen.collect_with_engine(Engine::InMemory).map(QueryResult::unwrap_single)
            };
            let ours = scan_blocks(&scan, block, 0).expect("a plan").expect("there are no quotes");
            let theirs = super::super::scans::scan(&scan).expect("a plan");
            match (query(ours), query(theirs)) {
                (Ok(ours), Ok(theirs)) => prop_assert!(ours.equals_missing(&theirs), "{ours} {theirs}"),
                // Whoever reads the first rows only may not see what is wrong behind them.
                (ours, theirs) => prop_assert!(rows.is_some() || (ours.is_err() && theirs.is_err())),
            }
        }
    }
}
