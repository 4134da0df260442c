//! Character sets by their IANA names.
//!
//! UTF-16, Latin-1 and ASCII are done here, because the web's definitions of them differ from IANA's;
//! the others come from `encoding_rs`. What it does not have (`IBM437`, `ISO-8859-9`, …) is refused.

use encoding_rs::{DecoderResult, EncoderResult, Encoding};

/// A character set.
#[derive(Clone, Copy, Debug)]
pub(super) enum Charset {
    /// UTF-8.
    Utf8,
    /// Code points below a limit, one byte each.
    Single(u32),
    /// UTF-16; `marked` writes and expects a byte order mark.
    Utf16 { little: bool, marked: bool },
    /// Any other.
    Legacy(&'static Encoding),
}

/// Names under which the web and IANA mean the same.
const SHARED: [&str; 27] = [
    "big5",
    "csbig5",
    "euc-jp",
    "cseucpkdfmtjapanese",
    "euc-kr",
    "cseuckr",
    "gb18030",
    "gbk",
    "iso-2022-jp",
    "csiso2022jp",
    "iso-8859-2",
    "iso-8859-3",
    "iso-8859-4",
    "iso-8859-5",
    "iso-8859-6",
    "iso-8859-7",
    "iso-8859-8",
    "iso-8859-10",
    "iso-8859-13",
    "iso-8859-14",
    "iso-8859-15",
    "iso-8859-16",
    "koi8-r",
    "koi8-u",
    "shift_jis",
    "ms_kanji",
    "macintosh",
];

impl Charset {
    /// Returns the set of a name, without regard to case.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let utf16 = |little, marked| Some(Self::Utf16 { little, marked });
        match name.as_str() {
            "utf-8" | "csutf8" => Some(Self::Utf8),
            "utf-16" | "csutf16" => utf16(false, true),
            "utf-16be" | "csutf16be" => utf16(false, false),
            "utf-16le" | "csutf16le" => utf16(true, false),
            "iso-8859-1" | "iso_8859-1" | "latin1" | "l1" | "iso-ir-100" | "ibm819" | "cp819"
            | "csisolatin1" => Some(Self::Single(0x100)),
            "us-ascii" | "ascii" | "iso646-us" | "iso-ir-6" | "ansi_x3.4-1968" | "us"
            | "ibm367" | "cp367" | "csascii" => Some(Self::Single(0x80)),
            name if SHARED.contains(&name) || is_windows(name) => {
                Encoding::for_label(name.as_bytes()).map(Self::Legacy)
            }
            _ => None,
        }
    }

    /// Returns the bytes of a text; `None` if it has a character that is not in the set.
    pub(super) fn encode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Utf8 => Some(text.as_bytes().to_vec()),
            Self::Single(limit) => text
                .chars()
                .map(|c| u8::try_from(u32::from(c)).ok().filter(|b| u32::from(*b) < limit))
                .collect(),
            Self::Utf16 { little, marked } => {
                let units = marked.then_some(0xfeff).into_iter().chain(text.encode_utf16());
                let bytes =
                    |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
                Some(units.flat_map(bytes).collect())
            }
            Self::Legacy(_) if text.contains(is_undefined) => None,
            Self::Legacy(encoding) => {
                let mut encoder = encoding.new_encoder();
                let size = encoder.max_buffer_length_from_utf8_without_replacement(text.len())?;
                let mut out = vec![0; size];
                let (result, _, written) =
                    encoder.encode_from_utf8_without_replacement(text, &mut out, true);
                out.truncate(written);
                (result == EncoderResult::InputEmpty).then_some(out)
            }
        }
    }

    /// Returns the text of bytes; `None` if they are not of the set.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            Self::Single(limit) => {
                let fits = bytes.iter().all(|byte| u32::from(*byte) < limit);
                fits.then(|| bytes.iter().map(|byte| char::from(*byte)).collect())
            }
            Self::Utf16 { little, marked } => {
                let (bytes, little) = match (marked, bytes) {
                    (true, [0xff, 0xfe, rest @ ..]) => (rest, true),
                    (true, [0xfe, 0xff, rest @ ..]) => (rest, false),
                    _ => (bytes, little),
                };
                let pair = |two: &[u8]| match two {
                    [a, b] if little => Some(u16::from_le_bytes([*a, *b])),
                    [a, b] => Some(u16::from_be_bytes([*a, *b])),
                    _ => None,
                };
                let units: Option<Vec<u16>> = bytes.chunks(2).map(pair).collect();
                String::from_utf16(&units?).ok()
            }
            Self::Legacy(encoding) => {
                let mut decoder = encoding.new_decoder_without_bom_handling();
                let size = decoder.max_utf8_buffer_length_without_replacement(bytes.len())?;
                let mut out = vec![0; size];
                let (result, _, written) =
                    decoder.decode_to_utf8_without_replacement(bytes, &mut out, true);
                out.truncate(written);
                let whole = result == DecoderResult::InputEmpty;
                let text = whole.then_some(out).and_then(|out| String::from_utf8(out).ok());
                text.filter(|text| !text.contains(is_undefined))
            }
        }
    }
}

/// The web gives bytes without a character one of these.
fn is_undefined(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}')
}

/// `windows-1250` to `windows-1258`, with the aliases of IANA.
fn is_windows(name: &str) -> bool {
    let number = name.strip_prefix("windows-").or_else(|| name.strip_prefix("cswindows"));
    number.is_some_and(|n| n.len() == 4 && n.starts_with("125") && n != "1259")
}
