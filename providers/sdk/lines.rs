//! Bytes of an output, cut into lines.

/// The longest line that is shown as one, in bytes.
const LINE_BYTES_MAX: usize = 16 << 10;

/// A line that is not whole yet.
#[derive(Default)]
pub struct Lines(Vec<u8>);

impl Lines {
    /// Takes bytes, and returns the lines that are whole with them.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        for byte in bytes {
            if *byte != b'\n' {
                self.0.push(*byte);
            }
            if *byte == b'\n' || self.0.len() >= LINE_BYTES_MAX {
                lines.push(self.cut());
            }
        }
        lines
    }

    /// Returns what is left behind the last line's end.
    pub fn rest(&mut self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.cut())
    }

    fn cut(&mut self) -> String {
        let line = String::from_utf8_lossy(&self.0).trim_end_matches('\r').to_owned();
        self.0.clear();
        line
    }
}
