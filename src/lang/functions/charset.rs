//! Character sets by their IANA names.
//!
//! UTF-16, Latin-1 and ASCII are done here, because the web's definitions of them differ from IANA's;
//! what the web does not know has a table; the others come from `encoding_rs`.

mod tables;

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
    /// What each byte stands for, or each of the upper half if the lower one is ASCII.
    Table(&'static str),
    /// Any other.
    Legacy(&'static Encoding),
}

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
            "iso-8859-1" | "iso_8859-1" | "iso_8859-1:1987" | "latin1" | "l1" | "iso-ir-100"
            | "ibm819" | "cp819" | "csisolatin1" => Some(Self::Single(0x100)),
            "us-ascii" | "iso646-us" | "iso_646.irv:1991" | "iso-ir-6" | "ansi_x3.4-1968"
            | "ansi_x3.4-1986" | "us" | "ibm367" | "cp367" | "csascii" => Some(Self::Single(0x80)),
            name => table(name)
                .map(Self::Table)
                .or_else(|| Encoding::for_label(label(name)?.as_bytes()).map(Self::Legacy)),
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
            Self::Table(table) => {
                let table = whole(table);
                let byte = |c| table.iter().position(|other| *other == c);
                text.chars().map(|c| u8::try_from(byte(c)?).ok()).collect()
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
            Self::Table(table) => {
                let table = whole(table);
                bytes.iter().map(|byte| table.get(usize::from(*byte)).copied()).collect()
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

/// Returns what all bytes stand for.
fn whole(table: &str) -> Vec<char> {
    let upper: Vec<char> = table.chars().collect();
    let lower = (0..=u8::MAX).take(256 - upper.len()).map(char::from);
    lower.chain(upper).collect()
}

/// Returns the table of a set that the web does not know.
fn table(name: &str) -> Option<&'static str> {
    Some(match name {
        "ibm037" | "cp037" | "csibm037" | "ebcdic-cp-us" | "ebcdic-cp-ca" | "ebcdic-cp-nl"
        | "ebcdic-cp-wt" => tables::IBM037,
        "ibm437" | "cp437" | "437" | "cspc8codepage437" => tables::IBM437,
        "ibm850" | "cp850" | "850" | "cspc850multilingual" => tables::IBM850,
        "ibm852" | "cp852" | "852" | "cspcp852" => tables::IBM852,
        "ibm855" | "cp855" | "855" | "csibm855" => tables::IBM855,
        "ibm00858" | "cp00858" | "ccsid00858" | "csibm00858" | "pc-multilingual-850+euro" => {
            tables::IBM858
        }
        "ibm860" | "cp860" | "860" | "csibm860" => tables::IBM860,
        "ibm862" | "cp862" | "862" | "cspc862latinhebrew" => tables::IBM862,
        "ibm863" | "cp863" | "863" | "csibm863" => tables::IBM863,
        "ibm865" | "cp865" | "865" | "csibm865" => tables::IBM865,
        "ibm866" | "cp866" | "866" | "csibm866" => tables::IBM866,
        "ibm1047" | "ibm-1047" | "csibm1047" => tables::IBM1047,
        "ibm01140" | "cp01140" | "ccsid01140" | "csibm01140" | "ebcdic-us-37+euro" => {
            tables::IBM1140
        }
        "iso-8859-9" | "iso_8859-9" | "iso_8859-9:1989" | "iso-ir-148" | "latin5" | "l5"
        | "csisolatin5" => tables::LATIN5,
        _ => return None,
    })
}

/// Returns what the web calls a set that it has as IANA has it.
fn label(name: &str) -> Option<&str> {
    Some(match name {
        "big5" | "csbig5" => "big5",
        "euc-jp" | "cseucpkdfmtjapanese" => "euc-jp",
        "euc-kr" | "cseuckr" => "euc-kr",
        "gb18030" | "csgb18030" => "gb18030",
        "gbk" | "csgbk" | "cp936" | "ms936" | "windows-936" => "gbk",
        "iso-2022-jp" | "csiso2022jp" => "iso-2022-jp",
        "shift_jis" | "ms_kanji" | "csshiftjis" => "shift_jis",
        "iso-8859-2" | "iso_8859-2" | "iso_8859-2:1987" | "iso-ir-101" | "latin2" | "l2"
        | "csisolatin2" => "iso-8859-2",
        "iso-8859-3" | "iso_8859-3" | "iso_8859-3:1988" | "iso-ir-109" | "latin3" | "l3"
        | "csisolatin3" => "iso-8859-3",
        "iso-8859-4" | "iso_8859-4" | "iso_8859-4:1988" | "iso-ir-110" | "latin4" | "l4"
        | "csisolatin4" => "iso-8859-4",
        "iso-8859-5" | "iso_8859-5" | "iso_8859-5:1988" | "iso-ir-144" | "cyrillic"
        | "csisolatincyrillic" => "iso-8859-5",
        "iso-8859-6" | "iso_8859-6" | "iso_8859-6:1987" | "iso-ir-127" | "arabic" | "asmo-708"
        | "ecma-114" | "csisolatinarabic" | "iso-8859-6-e" | "iso-8859-6-i" | "iso_8859-6-e"
        | "iso_8859-6-i" | "csiso88596e" | "csiso88596i" => "iso-8859-6",
        "iso-8859-7" | "iso_8859-7" | "iso_8859-7:1987" | "iso-ir-126" | "greek" | "greek8"
        | "ecma-118" | "elot_928" | "csisolatingreek" => "iso-8859-7",
        "iso-8859-8" | "iso_8859-8" | "iso_8859-8:1988" | "iso-ir-138" | "hebrew"
        | "csisolatinhebrew" | "iso-8859-8-e" | "iso-8859-8-i" | "iso_8859-8-e"
        | "iso_8859-8-i" | "csiso88598e" | "csiso88598i" => "iso-8859-8",
        "iso-8859-10" | "iso_8859-10:1992" | "iso-ir-157" | "latin6" | "l6" | "csisolatin6" => {
            "iso-8859-10"
        }
        "iso-8859-13" | "csiso885913" => "iso-8859-13",
        "iso-8859-14" | "iso_8859-14" | "iso_8859-14:1998" | "iso-ir-199" | "iso-celtic"
        | "latin8" | "l8" | "csiso885914" => "iso-8859-14",
        "iso-8859-15" | "iso_8859-15" | "latin-9" | "csiso885915" => "iso-8859-15",
        "iso-8859-16" | "iso_8859-16" | "iso_8859-16:2001" | "iso-ir-226" | "latin10" | "l10"
        | "csiso885916" => "iso-8859-16",
        "koi8-r" | "cskoi8r" => "koi8-r",
        "koi8-u" | "cskoi8u" => "koi8-u",
        "macintosh" | "mac" | "csmacintosh" => "macintosh",
        "windows-874" | "cswindows874" => "windows-874",
        name => return windows(name),
    })
}

/// The web gives bytes without a character one of these.
fn is_undefined(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}')
}

/// `windows-1250` to `windows-1258`, with the aliases of IANA.
fn windows(name: &str) -> Option<&str> {
    let number = name.strip_prefix("windows-").or_else(|| name.strip_prefix("cswindows"))?;
    let fits = number.len() == 4 && number.starts_with("125") && number != "1259";
    // The web knows them by their numbers too.
    let labels =
        ["cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"];
    labels.into_iter().find(|label| fits && label.ends_with(number))
}
