//! DER, as far as keys and certificates need it: writing, and reading that trusts nothing.

/// The tags that keys and certificates are made of.
pub(super) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const UTF8_STRING: u8 = 0x0c;
    pub(crate) const PRINTABLE_STRING: u8 = 0x13;
    pub(crate) const TELETEX_STRING: u8 = 0x14;
    pub(crate) const IA5_STRING: u8 = 0x16;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const BMP_STRING: u8 = 0x1e;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
}

/// Returns an element: tag, length, content.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len();
    if let Ok(short @ 0..128) = u8::try_from(length) {
        out.push(short);
    } else {
        let bytes = length.to_be_bytes();
        let bytes = &bytes[bytes.iter().take_while(|b| **b == 0).count()..];
        out.push(0x80 | u8::try_from(bytes.len()).unwrap_or(0));
        out.extend_from_slice(bytes);
    }
    out.extend_from_slice(content);
    out
}

/// Returns a sequence of elements.
pub(super) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(tag::SEQUENCE, &parts.concat())
}

/// Returns an integer that is not negative, from its bytes, the greatest first.
pub(super) fn integer(bytes: &[u8]) -> Vec<u8> {
    let mut content: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
    if content.first().is_none_or(|first| *first >= 128) {
        content.insert(0, 0);
    }
    element(tag::INTEGER, &content)
}

/// Returns a string of whole bytes as bits.
pub(super) fn bits(bytes: &[u8]) -> Vec<u8> {
    element(tag::BIT_STRING, &[&[0], bytes].concat())
}

/// Returns an object identifier, written with dots.
pub(super) fn oid(dotted: &str) -> Vec<u8> {
    let mut arcs = dotted.split('.').filter_map(|arc| arc.parse::<u64>().ok());
    let first = arcs.next().unwrap_or(0) * 40 + arcs.next().unwrap_or(0);
    let content: Vec<u8> = std::iter::once(first).chain(arcs).flat_map(base_128).collect();
    element(tag::OID, &content)
}

/// Returns the content of an object identifier, written with dots.
pub(super) fn dotted(content: &[u8]) -> String {
    let mut arcs = Vec::new();
    let mut arc: u64 = 0;
    for byte in content {
        arc = arc.wrapping_shl(7) | u64::from(byte & 127);
        if byte & 128 == 0 {
            if arcs.is_empty() {
                let first = (arc / 40).min(2);
                arcs.push(first);
                arc -= first * 40;
            }
            arcs.push(arc);
            arc = 0;
        }
    }
    arcs.iter().map(ToString::to_string).collect::<Vec<_>>().join(".")
}

fn base_128(mut arc: u64) -> Vec<u8> {
    let low = |arc: u64| arc.to_le_bytes()[0] & 127;
    let mut bytes = vec![low(arc)];
    arc >>= 7;
    while arc > 0 {
        bytes.push(low(arc) | 128);
        arc >>= 7;
    }
    bytes.reverse();
    bytes
}

/// One element that was read.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    /// Tag, length and content.
    pub(super) whole: &'a [u8],
}

/// Elements one after the other.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads what bytes hold.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Returns the next element, `None` at the end or if it is none.
    pub(super) fn next(&mut self) -> Option<Element<'a>> {
        let (tag, rest) = self.0.split_first()?;
        // Tags of several bytes stand in no key and no certificate.
        if tag & 31 == 31 {
            return None;
        }
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match usize::from(*first) {
            short @ 0..128 => (short, rest),
            0x80 => return None,
            long => {
                let count = long & 127;
                let bytes = rest.get(..count).filter(|_| count <= 4)?;
                let length = bytes.iter().fold(0, |all, byte| all << 8 | usize::from(*byte));
                (length, &rest[count..])
            }
        };
        let content = rest.get(..length)?;
        let whole = &self.0[..self.0.len() - rest.len() + length];
        self.0 = &rest[length..];
        Some(Element { tag: *tag, content, whole })
    }

    /// Returns the next element if it has a tag.
    pub(super) fn take(&mut self, tag: u8) -> Option<Element<'a>> {
        let mut ahead = *self;
        let found = ahead.next().filter(|element| element.tag == tag)?;
        *self = ahead;
        Some(found)
    }

    /// Returns what is inside the next element if it has a tag.
    pub(super) fn inside(&mut self, tag: u8) -> Option<Self> {
        self.take(tag).map(|element| Self(element.content))
    }
}

impl Element<'_> {
    /// Returns a string of whole bits as bytes.
    pub(super) fn whole_bits(&self) -> Option<&[u8]> {
        let (unused, bytes) = self.content.split_first()?;
        (self.tag == tag::BIT_STRING && *unused == 0).then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_as_they_were_written() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let content = vec![7; length];
            let written = element(tag::OCTET_STRING, &content);
            let mut reader = Reader::new(&written);
            let read = reader.next().unwrap();
            assert_eq!((read.tag, read.content.len()), (tag::OCTET_STRING, length));
            assert_eq!(read.whole, written);
            assert!(reader.next().is_none());
        }
    }

    #[test]
    fn identifiers_go_there_and_back() {
        for name in ["2.5.4.3", "1.2.840.113549.1.1.11", "1.3.101.112", "2.16.840.1.113730.4.1"] {
            let written = oid(name);
            assert_eq!(dotted(&written[2..]), name);
        }
        assert_eq!(oid("1.2.840.113549"), [6, 6, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]);
    }

    #[test]
    fn integers_are_never_negative() {
        assert_eq!(integer(&[]), [2, 1, 0]);
        assert_eq!(integer(&[0, 0, 127]), [2, 1, 127]);
        assert_eq!(integer(&[128]), [2, 2, 0, 128]);
    }

    #[test]
    fn what_is_cut_off_is_no_element() {
        let written = element(tag::SEQUENCE, &[1; 300]);
        for end in 0..written.len() {
            assert!(Reader::new(&written[..end]).next().is_none());
        }
        assert!(Reader::new(&[0x30, 0x80, 0, 0]).next().is_none());
        assert!(Reader::new(&[0x30, 0x85, 1, 0, 0, 0, 0]).next().is_none());
    }
}
