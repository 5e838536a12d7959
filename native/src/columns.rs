//! Columns as Arrow lays them out in memory: plain buffers, which Arrow takes as they are.
//!
//! Five forms are all that findings have. Each row of a column is set once, in order; rows that are skipped are null.

use rustc_hash::FxHashMap;

/// The buffers of a column in Arrow's order, a missing one for "none is null"; and how many of its rows are null.
pub type Buffers = (Vec<Option<Vec<u8>>>, usize);

/// A column.
pub trait Column {
    /// Which rows are set.
    fn valid(&mut self) -> &mut Valid;

    /// Adds the value that stands where a row is null.
    fn blank(&mut self);

    /// Adds nulls, so that `row` is the next to be set.
    fn fill(&mut self, row: usize) {
        while self.valid().bits.len < row {
            self.valid().push(false);
            self.blank();
        }
    }

    /// All of it, with nulls up to `rows`.
    fn buffers(self, rows: usize) -> Buffers;
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    len: usize,
}

impl Bits {
    fn push(&mut self, bit: bool) {
        if self.len % 8 == 0 {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << (self.len % 8);
        }
        self.len += 1;
    }
}

#[derive(Default)]
pub struct Valid {
    bits: Bits,
    nulls: usize,
}

impl Valid {
    fn push(&mut self, set: bool) {
        self.bits.push(set);
        self.nulls += usize::from(!set);
    }

    fn buffer(self) -> Option<Vec<u8>> {
        (self.nulls > 0).then_some(self.bits.bytes)
    }
}

/// 64-bit whole numbers, and moments.
#[derive(Default)]
pub struct Numbers {
    valid: Valid,
    values: Vec<u8>,
}

impl Numbers {
    pub fn set(&mut self, row: usize, value: i64) {
        self.fill(row);
        self.valid.push(true);
        self.values.extend_from_slice(&value.to_le_bytes());
    }

    pub fn set_some(&mut self, row: usize, value: Option<i64>) {
        if let Some(value) = value {
            self.set(row, value);
        }
    }
}

impl Column for Numbers {
    fn valid(&mut self) -> &mut Valid {
        &mut self.valid
    }

    fn blank(&mut self) {
        self.values.extend_from_slice(&[0; 8]);
    }

    fn buffers(mut self, rows: usize) -> Buffers {
        self.fill(rows);
        let nulls = self.valid.nulls;
        (vec![self.valid.buffer(), Some(self.values)], nulls)
    }
}

/// Truth values.
#[derive(Default)]
pub struct Truths {
    valid: Valid,
    values: Bits,
}

impl Truths {
    pub fn set(&mut self, row: usize, value: bool) {
        self.fill(row);
        self.valid.push(true);
        self.values.push(value);
    }
}

impl Column for Truths {
    fn valid(&mut self) -> &mut Valid {
        &mut self.valid
    }

    fn blank(&mut self) {
        self.values.push(false);
    }

    fn buffers(mut self, rows: usize) -> Buffers {
        self.fill(rows);
        let nulls = self.valid.nulls;
        (vec![self.valid.buffer(), Some(self.values.bytes)], nulls)
    }
}

/// Texts that seldom repeat.
pub struct Texts {
    valid: Valid,
    ends: Vec<u8>,
    data: Vec<u8>,
}

impl Default for Texts {
    fn default() -> Texts {
        Texts { valid: Valid::default(), ends: vec![0; 4], data: Vec::new() }
    }
}

impl Texts {
    pub fn set(&mut self, row: usize, text: &str) {
        self.fill(row);
        self.valid.push(true);
        self.data.extend_from_slice(text.as_bytes());
        self.blank();
    }
}

impl Column for Texts {
    fn valid(&mut self) -> &mut Valid {
        &mut self.valid
    }

    fn blank(&mut self) {
        self.ends.extend_from_slice(&place(self.data.len()));
    }

    fn buffers(mut self, rows: usize) -> Buffers {
        self.fill(rows);
        let nulls = self.valid.nulls;
        (vec![self.valid.buffer(), Some(self.ends), Some(self.data)], nulls)
    }
}

/// Texts that repeat: each stands once in a dictionary, which follows the indices among the buffers.
#[derive(Default)]
pub struct Codes {
    valid: Valid,
    indices: Vec<u8>,
    places: FxHashMap<Box<str>, usize>,
    words: Texts,
}

impl Codes {
    pub fn set(&mut self, row: usize, code: &str) {
        self.fill(row);
        self.valid.push(true);
        let next = self.places.len();
        let found = self.places.get(code).copied().unwrap_or_else(|| {
            self.words.set(next, code);
            self.places.insert(code.into(), next);
            next
        });
        self.indices.extend_from_slice(&place(found));
    }

    /// A text; an empty one says nothing.
    pub fn set_filled(&mut self, row: usize, code: &str) {
        if !code.is_empty() {
            self.set(row, code);
        }
    }
}

impl Column for Codes {
    fn valid(&mut self) -> &mut Valid {
        &mut self.valid
    }

    fn blank(&mut self) {
        self.indices.extend_from_slice(&[0; 4]);
    }

    fn buffers(mut self, rows: usize) -> Buffers {
        self.fill(rows);
        let nulls = self.valid.nulls;
        (vec![self.valid.buffer(), Some(self.indices), Some(self.words.ends), Some(self.words.data)], nulls)
    }
}

/// Lists of texts that repeat: the buffers of the elements, all of them, follow its own.
pub struct Lists {
    valid: Valid,
    ends: Vec<u8>,
    items: Codes,
    count: usize,
}

impl Default for Lists {
    fn default() -> Lists {
        Lists { valid: Valid::default(), ends: vec![0; 4], items: Codes::default(), count: 0 }
    }
}

impl Lists {
    pub fn set(&mut self, row: usize, codes: &[&str]) {
        self.fill(row);
        self.valid.push(true);
        for code in codes {
            self.items.set(self.count, code);
            self.count += 1;
        }
        self.blank();
    }
}

impl Column for Lists {
    fn valid(&mut self) -> &mut Valid {
        &mut self.valid
    }

    fn blank(&mut self) {
        self.ends.extend_from_slice(&place(self.count));
    }

    fn buffers(mut self, rows: usize) -> Buffers {
        self.fill(rows);
        let (nulls, (items, _)) = (self.valid.nulls, self.items.buffers(self.count));
        ([self.valid.buffer(), Some(self.ends)].into_iter().chain(items).collect(), nulls)
    }
}

/// An offset or an index as Arrow writes it. A batch of findings is far below two gigabytes of text.
fn place(number: usize) -> [u8; 4] {
    i32::try_from(number).unwrap_or(i32::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_skipped_are_null() {
        let mut column = Numbers::default();
        column.set(1, 7);
        let (buffers, nulls) = column.buffers(3);
        assert_eq!((buffers[0].as_deref(), nulls), (Some(&[0b010][..]), 2));
        assert_eq!(buffers[1].as_ref().map(Vec::len), Some(24));
    }

    #[test]
    fn a_text_that_repeats_stands_once() {
        let mut column = Lists::default();
        column.set(0, &["a", "b", "a"]);
        column.set(1, &[]);
        let (buffers, nulls) = column.buffers(2);
        assert_eq!((buffers.len(), nulls), (6, 0));
        assert_eq!(buffers[3].as_deref(), Some(&[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0][..]));
        assert_eq!(buffers[5].as_deref(), Some(&b"ab"[..]));
    }
}
