//! A case as one line of JSON to the bytes of its message, where the line is certain to mean the same to Python.
//!
//! As `policy/bulk/case_json.py` reads it. Everything else (wrong types, unknown or repeated keys, escapes, rare
//! characters, moments beyond 64 bits, other forms that Python's parser understands) gives None: Python says what a
//! line means, or what is wrong with it.

use crate::answer::{delimited, moment, number};
use crate::facts::{Field, Kind, M, case};
use crate::time::moment::{NANO, days_in_month, ordinal};
use crate::wire::plain;

const MAX_KEY: usize = 512;
const SHANGHAI: i64 = 8 * 3600;

/// A line read: the bytes of the case, its district, and the moment that the line states.
#[derive(Debug, PartialEq)]
pub struct Line<'l> {
    pub case: Vec<u8>,
    pub district: &'l str,
    pub as_of: Option<i64>,
}

/// Whose district a case is of where an option names one; `own`: none of another is taken.
#[derive(Clone, Copy)]
pub struct Asked<'l> {
    pub district: &'l str,
    pub own: bool,
}

impl<'l> Asked<'l> {
    /// The district of a case that states one, or none ("").
    pub fn of(self, stated: &'l str) -> Option<&'l str> {
        match (self.district, stated) {
            ("", "") => None,
            ("", stated) => Some(stated),
            (asked, stated) if self.own && !stated.is_empty() && stated != asked => None,
            (asked, _) => Some(asked),
        }
    }
}

/// Reads a line, `{…}` or `{"case": {…}, "as_of": "…"}`.
pub fn read<'l>(line: &'l [u8], asked: Asked<'l>) -> Option<Line<'l>> {
    let text = std::str::from_utf8(line).ok()?;
    if !plain(text) || text.contains('\\') {
        return None;
    }
    let mut reader = Reader { text, at: 0, asked, district: "" };
    reader.sign(b'{')?;
    let begin = reader.at;
    let first = if reader.is(b'}') { "" } else { reader.string()? };
    reader.at = begin;
    let (found, as_of) =
        if first == "case" || first == "as_of" { reader.request()? } else { (reader.fields(M::Case)?, None) };
    reader.space();
    (reader.at == text.len()).then_some(Line { case: found, district: reader.district, as_of })
}

struct Reader<'l> {
    text: &'l str,
    at: usize,
    asked: Asked<'l>,
    district: &'l str,
}

/// Where the fields of a message end in its bytes, by slot, in the order in which they came.
type Ends = Vec<(usize, usize)>;

impl<'l> Reader<'l> {
    fn space(&mut self) {
        while self.text.as_bytes().get(self.at) == Some(&b' ') {
            self.at += 1;
        }
    }

    /// Whether the next sign is that one; it is taken.
    fn is(&mut self, sign: u8) -> bool {
        self.space();
        let found = self.text.as_bytes().get(self.at) == Some(&sign);
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, sign: u8) -> Option<()> {
        self.is(sign).then_some(())
    }

    fn word(&mut self, word: &str) -> bool {
        self.space();
        let found = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        self.at += if found { word.len() } else { 0 };
        found
    }

    /// A text; the line has no escapes.
    fn string(&mut self) -> Option<&'l str> {
        self.sign(b'"')?;
        let rest = &self.text[self.at..];
        let end = rest.find('"')?;
        self.at += end + 1;
        Some(&rest[..end])
    }

    /// A number as it is written.
    fn digits(&mut self) -> Option<&'l str> {
        self.space();
        let rest = &self.text[self.at..];
        let part = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let end = rest.bytes().position(|byte| !part(byte)).unwrap_or(rest.len());
        self.at += end;
        let found = &rest[..end];
        let digits = found.strip_prefix('-').unwrap_or(found).as_bytes();
        let whole = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (whole > 0 && (whole == 1 || digits[0] != b'0')).then_some(found)
    }

    /// What comes after a member of an object or a list: whether there is another.
    fn more(&mut self, end: u8) -> Option<bool> {
        if self.is(b',') { Some(true) } else { self.sign(end).map(|()| false) }
    }

    /// `"case": {…}` and perhaps `"as_of": "…"`, and the end of the object around them.
    fn request(&mut self) -> Option<(Vec<u8>, Option<i64>)> {
        let (mut found, mut as_of) = (None, None);
        loop {
            let key = self.string()?;
            self.sign(b':')?;
            match key {
                "case" if found.is_none() => found = Some(self.message(M::Case)?),
                "as_of" if as_of.is_none() => as_of = Some(moment_of(self.string()?)?),
                _ => return None,
            }
            if !self.more(b'}')? {
                return Some((found?, as_of));
            }
        }
    }

    fn message(&mut self, m: M) -> Option<Vec<u8>> {
        self.sign(b'{')?;
        self.fields(m)
    }

    /// The fields of an object that has begun, to its end, in the order of their numbers.
    fn fields(&mut self, m: M) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(if m == M::Case { 2048 } else { 96 });
        let mut ends: Ends = Vec::with_capacity(8);
        let (mut seen, mut next) = (0u64, 0);
        if !self.is(b'}') {
            loop {
                let slot = slot_of(m, self.string()?, next)?;
                next = slot + 1;
                if seen & 1 << slot != 0 {
                    return None;
                }
                seen |= 1 << slot;
                self.sign(b':')?;
                // A null says that the fact is unknown.
                if !self.word("null") {
                    self.field(&mut out, m, slot)?;
                    ends.push((slot, out.len()));
                }
                if !self.more(b'}')? {
                    break;
                }
            }
        }
        if m == M::Case {
            self.district = self.asked.of(self.district)?;
            delimited(&mut out, u64::from(m.fields()[case::DISTRICT].number), self.district.as_bytes());
            ends.push((case::DISTRICT, out.len()));
        }
        Some(ordered(out, &ends))
    }

    fn field(&mut self, out: &mut Vec<u8>, m: M, slot: usize) -> Option<()> {
        let field = &m.fields()[slot];
        let tag = u64::from(field.number);
        match field.kind {
            Kind::Text if m == M::Case && slot == case::DISTRICT => self.district = self.string()?,
            Kind::Text => delimited(out, tag, self.filled()?.as_bytes()),
            Kind::Bool => {
                let truth = self.word("true");
                if !truth && !self.word("false") {
                    return None;
                }
                number(out, tag << 3);
                number(out, u64::from(truth));
            }
            Kind::Int => {
                let value = self.int()?;
                number(out, tag << 3);
                number(out, value as u64);
            }
            Kind::Double => {
                let value = self.double()?;
                number(out, tag << 3 | 1);
                out.extend_from_slice(&value.to_le_bytes());
            }
            Kind::Time => {
                let at = moment_of(self.string()?)?;
                moment(out, tag, at);
            }
            Kind::Part(part) => delimited(out, tag, &self.message(part)?),
            Kind::Texts => self.list(|reader| {
                delimited(out, tag, reader.filled()?.as_bytes());
                Some(())
            })?,
            Kind::Parts(part) => self.list(|reader| {
                delimited(out, tag, &reader.message(part)?);
                Some(())
            })?,
            Kind::Attributes => self.attributes(out, tag)?,
        }
        Some(())
    }

    /// A text that is not empty: an empty one is a fault of the case.
    fn filled(&mut self) -> Option<&'l str> {
        self.string().filter(|text| !text.is_empty())
    }

    fn list(&mut self, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.sign(b'[')?;
        if self.is(b']') {
            return Some(());
        }
        loop {
            item(self)?;
            if !self.more(b']')? {
                return Some(());
            }
        }
    }

    /// A whole number, or a text of one as protobuf's JSON writes it.
    fn int(&mut self) -> Option<i64> {
        self.space();
        if self.text.as_bytes().get(self.at) != Some(&b'"') {
            return self.digits()?.parse().ok();
        }
        let text = self.string()?;
        let digits = text.strip_prefix('-').unwrap_or(text);
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit())
            && (1..=18).contains(&digits.len())
            && (digits.len() == 1 || !digits.starts_with('0'));
        if plain { text.parse().ok() } else { None }
    }

    fn double(&mut self) -> Option<f64> {
        let text = self.digits()?;
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (text, None),
        };
        let fraction = mantissa.split_once('.').map(|(_, fraction)| fraction);
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let signed = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
        if fraction.is_none() && signed.is_none()
            || !fraction.is_none_or(digits)
            || !signed.is_none_or(digits)
        {
            return None;
        }
        text.parse().ok().filter(|value: &f64| value.is_finite())
    }

    /// Attributes as protobuf's JSON has them, in the order of their names.
    fn attributes(&mut self, out: &mut Vec<u8>, tag: u64) -> Option<()> {
        let mut found: Vec<(&str, Option<Vec<u8>>)> = Vec::new();
        self.sign(b'{')?;
        if !self.is(b'}') {
            loop {
                let name = self.filled().filter(|name| name.chars().count() <= MAX_KEY)?;
                self.sign(b':')?;
                let value = if self.word("null") { None } else { Some(self.attribute()?) };
                found.push((name, value));
                if !self.more(b'}')? {
                    break;
                }
            }
        }
        found.sort_by_key(|(name, _)| *name);
        if found.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return None;
        }
        for (name, value) in found {
            let Some(value) = value else { continue };
            let mut entry = Vec::with_capacity(name.len() + value.len() + 8);
            delimited(&mut entry, 1, name.as_bytes());
            delimited(&mut entry, 2, &value);
            delimited(out, tag, &entry);
        }
        Some(())
    }

    /// `{"boolValue": true}` or the like; or an empty object.
    fn attribute(&mut self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        self.sign(b'{')?;
        if self.is(b'}') {
            return Some(out);
        }
        let key = self.string()?;
        self.sign(b':')?;
        if !self.word("null") {
            match key {
                "bool_value" | "boolValue" => {
                    let truth = self.word("true");
                    if !truth && !self.word("false") {
                        return None;
                    }
                    number(&mut out, 1 << 3);
                    number(&mut out, u64::from(truth));
                }
                "int_value" | "intValue" => {
                    let value = self.int()?;
                    number(&mut out, 2 << 3);
                    number(&mut out, value as u64);
                }
                "double_value" | "doubleValue" => {
                    let value = self.double()?;
                    number(&mut out, 3 << 3 | 1);
                    out.extend_from_slice(&value.to_le_bytes());
                }
                "string_value" | "stringValue" => delimited(&mut out, 4, self.string()?.as_bytes()),
                "time_value" | "timeValue" => moment(&mut out, 5, moment_of(self.string()?)?),
                _ => return None,
            }
        } else if !ATTRIBUTE.contains(&key) {
            return None;
        }
        self.sign(b'}').map(|()| out)
    }
}

const ATTRIBUTE: [&str; 10] = [
    "bool_value",
    "boolValue",
    "int_value",
    "intValue",
    "double_value",
    "doubleValue",
    "string_value",
    "stringValue",
    "time_value",
    "timeValue",
];

/// The slot of a key, as the field is named or as protobuf's JSON writes that; `next` is where to look first.
fn slot_of(m: M, key: &str, next: usize) -> Option<usize> {
    let fields = m.fields();
    let places = (next..fields.len()).chain(0..next.min(fields.len()));
    places.into_iter().find(|place| names(&fields[*place], key))
}

fn names(field: &Field, key: &str) -> bool {
    if field.name == key {
        return true;
    }
    let mut wanted = field.name.bytes();
    let written = |byte: u8| match (byte, wanted.next()) {
        (byte, Some(b'_')) => wanted.next().is_some_and(|next| next.to_ascii_uppercase() == byte),
        (byte, next) => next == Some(byte),
    };
    key.bytes().all(written) && wanted.next().is_none()
}

/// The fields of a message in the order of their slots, which is that of their numbers.
fn ordered(out: Vec<u8>, ends: &Ends) -> Vec<u8> {
    if ends.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        return out;
    }
    let mut pieces: Vec<(usize, &[u8])> = Vec::with_capacity(ends.len());
    let mut begin = 0;
    for (slot, end) in ends {
        pieces.push((*slot, &out[begin..*end]));
        begin = *end;
    }
    pieces.sort_by_key(|(slot, _)| *slot);
    pieces.iter().flat_map(|(_, piece)| piece.iter().copied()).collect()
}

/// Nanoseconds of an RFC 3339 date-time, as `policy/time/moment.py` reads it; None beyond 64 bits.
fn moment_of(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let two = |at: usize| -> Option<i64> {
        let digit = |at: usize| bytes.get(at).filter(|byte| byte.is_ascii_digit()).map(|byte| byte - b'0');
        Some(i64::from(digit(at)? * 10 + digit(at + 1)?))
    };
    let sign = |at: usize, sign: &[u8]| bytes.get(at).is_some_and(|byte| sign.contains(byte));
    if !(sign(4, b"-") && sign(7, b"-") && sign(10, b"Tt") && sign(13, b":") && sign(16, b":")) {
        return None;
    }
    let year = two(0)? * 100 + two(2)?;
    let (month, day, hour, minute, second) = (two(5)?, two(8)?, two(11)?, two(14)?, two(17)?);
    let (year, month) = (i32::try_from(year).ok()?, u32::try_from(month).ok()?);
    if year == 0 || !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let day = u32::try_from(day).ok()?;
    if !(1..=days_in_month(year, month)).contains(&day) {
        return None;
    }
    let mut at = 19;
    let mut below = 0;
    if sign(at, b".") {
        let digits = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=9).contains(&digits) {
            return None;
        }
        let fraction: i64 = text[at + 1..at + 1 + digits].parse().ok()?;
        below = fraction * 10_i64.pow(9 - u32::try_from(digits).ok()?);
        at += 1 + digits;
    }
    let offset = if sign(at, b"Zz") && bytes.len() == at + 1 {
        0
    } else if sign(at, b"+-") && sign(at + 3, b":") && bytes.len() == at + 6 {
        let (hours, minutes) = (two(at + 1)?, two(at + 4)?);
        if hours > 23 || minutes > 59 {
            return None;
        }
        (hours * 3600 + minutes * 60) * if bytes[at] == b'-' { -1 } else { 1 }
    } else {
        return None;
    };
    let local = hour * 3600 + minute * 60 + second - offset;
    // `at_second` is of days in Shanghai.
    crate::time::moment::at_second(ordinal(year, month, day), 0)?
        .checked_add((local + SHANGHAI).checked_mul(NANO)?)?
        .checked_add(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: Asked<'_> = Asked { district: "", own: false };

    #[test]
    fn moments_are_those_of_rfc_3339() {
        for (text, nanos) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1970-01-01t08:00:00.5+08:00", Some(NANO / 2)),
            ("1969-12-31T23:59:59.999999999Z", Some(-1)),
            ("2024-02-30T00:00:00Z", None),
            ("2024-02-03T24:00:00Z", None),
            ("2024-02-03T00:00:00", None),
            ("2024-02-03 00:00:00Z", None),
            ("2024-02-03T00:00:00.1234567890Z", None),
            ("2024-02-03T00:00:00+24:00", None),
            ("9999-02-03T00:00:00Z", None),
        ] {
            assert_eq!(moment_of(text), nanos, "{text}");
        }
    }

    #[test]
    fn fields_stand_in_the_order_of_their_numbers() {
        let line = read(br#"{"claimFen": "5", "district": "d", "id": "c", "claimants": null}"#, ANY);
        let line = line.expect("it is plain");
        assert_eq!((line.case.as_slice(), line.district), (&b"\x0a\x01c\x12\x01d\x38\x05"[..], "d"));
    }

    #[test]
    fn what_is_not_certain_is_left() {
        for text in [r#"{"id":"c"}"#, r#"{"district":"d","district":"d"}"#, r#"{"district":"d"} x"#, "[]", ""]
        {
            assert_eq!(read(text.as_bytes(), ANY), None, "{text}");
        }
        let own = Asked { district: "d", own: true };
        assert_eq!(read(br#"{"district":"e"}"#, own), None);
        assert!(read(br#"{"district":"e"}"#, Asked { own: false, ..own }).is_some());
    }
}
