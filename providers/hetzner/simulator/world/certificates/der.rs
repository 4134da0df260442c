//! DER, as far as certificates need it: values behind tags and lengths, read and written.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BITS: u8 = 0x03;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OBJECT: u8 = 0x06;
pub(super) const TEXT: u8 = 0x0c;
pub(super) const TIME: u8 = 0x18;
pub(super) const SHORT_TIME: u8 = 0x17;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// Values one behind the other.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// Takes a value: its tag, its content, and the whole of it.
    pub(super) fn any(&mut self) -> Option<(u8, &'a [u8], &'a [u8])> {
        let (tag, first) = (*self.0.first()?, usize::from(*self.0.get(1)?));
        let count = first.saturating_sub(0x80);
        if count > 4 {
            return None;
        }
        let bytes = self.0.get(2..2 + count)?;
        let long = bytes.iter().fold(0_usize, |length, byte| (length << 8) | usize::from(*byte));
        let length = if count == 0 { first } else { long };
        let from = 2 + count;
        let (content, whole) = (self.0.get(from..from + length)?, self.0.get(..from + length)?);
        self.0 = &self.0[from + length..];
        Some((tag, content, whole))
    }

    /// Takes the content of a value with a tag; none if the next one has another.
    pub(super) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut after = *self;
        let (found, content, _) = after.any()?;
        if found != tag {
            return None;
        }
        *self = after;
        Some(content)
    }

    /// Takes a value that holds others.
    pub(super) fn inside(&mut self, tag: u8) -> Option<Self> {
        self.take(tag).map(Self)
    }
}

/// Returns a value.
pub(super) fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut out = vec![tag];
    match length {
        [0, 0, 0, short] if short < 0x80 => out.push(short),
        [0, 0, 0, byte] => out.extend([0x81, byte]),
        [0, 0, high, low] => out.extend([0x82, high, low]),
        all => {
            out.push(0x84);
            out.extend(all);
        }
    }
    out.extend(content);
    out
}

/// Returns a value that holds others.
pub(super) fn list(tag: u8, values: &[Vec<u8>]) -> Vec<u8> {
    value(tag, &values.concat())
}
