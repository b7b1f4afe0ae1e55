//! Names that somebody may have meant.

/// How many names are offered.
const OFFERED: usize = 3;

/// The names most similar to `wanted`, the most similar one first; if none is, the first ones there are.
pub(super) fn nearest(wanted: &str, names: Vec<String>) -> Vec<String> {
    let mut ranked: Vec<(usize, String)> = names
        .into_iter()
        .map(|name| (distance(&wanted.to_lowercase(), &name.to_lowercase()), name))
        .collect();
    ranked.sort();
    let close = ranked.iter().filter(|(distance, name)| *distance <= name.len().max(3) / 2).count();
    let offered = if close == 0 { OFFERED } else { close.min(OFFERED) };
    ranked.into_iter().take(offered).map(|(_, name)| name).collect()
}

/// The edit distance: how many characters have to be inserted, removed or replaced.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, a) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, &b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }

    #[test]
    fn offers_similar_names_and_else_any() {
        let names = || ["temperature", "pressure", "temperatures", "wind"].map(String::from).to_vec();
        assert_eq!(nearest("Temperatur", names()), ["temperature", "temperatures"]);
        assert_eq!(nearest("zzzzzzzz", names()).len(), 3);
    }
}
