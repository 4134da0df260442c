//! What a program did to a directory, from what `strace` tells of its calls of the system.

use super::disk::{Disk, Inode, Node, Operation, Place, ROOT};
use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

/// The calls that are followed; what else changes a file is refused where it is seen.
pub(super) const CALLS: &str = "?open,?creat,openat,write,pwrite64,writev,?pwritev,?pwritev2,lseek,\
    ftruncate,truncate,fallocate,fsync,fdatasync,sync_file_range,?rename,?renameat,?renameat2,?link,\
    linkat,?unlink,unlinkat,?rmdir,?mkdir,mkdirat,?symlink,symlinkat,?copy_file_range,?sendfile,\
    ?splice,mmap";

/// The operations of a run on one directory.
pub(super) struct Recorded {
    pub(super) base: Disk,
    pub(super) log: Vec<Operation>,
}

/// One call with its arguments as `strace` writes them.
struct Call<'a> {
    name: &'a str,
    arguments: Vec<&'a str>,
    result: i64,
}

struct Reader<'a> {
    root: &'a Path,
    live: Disk,
    log: Vec<Operation>,
    offsets: BTreeMap<i64, usize>,
    /// The beginnings of calls that others came in between of, and how much was done before them.
    begun: BTreeMap<&'a str, (&'a str, usize)>,
}

impl Recorded {
    /// Reads the trace of a run that found a disk as it was before.
    pub(super) fn of(root: &Path, base: Disk, trace: &str) -> Self {
        let (live, log) = (base.clone(), Vec::new());
        let (offsets, begun) = (BTreeMap::new(), BTreeMap::new());
        let mut reader = Reader { root, live, log, offsets, begun };
        trace.lines().for_each(|line| reader.line(line));
        Self { base, log: reader.log }
    }
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) {
        let Some((thread, said)) = line.split_once(' ') else { return };
        let said = said.trim_start();
        if let Some(begin) = said.strip_suffix(" <unfinished ...>") {
            self.begun.insert(thread, (begin, self.log.len()));
        } else if let Some(end) = said.strip_prefix("<... ") {
            let (_, end) = end.split_once(" resumed>").unwrap();
            let (begin, at) = self.begun.remove(thread).unwrap();
            let whole = format!("{begin}{end}");
            self.call(&Call::read(&whole), at);
        } else if said.contains('(') {
            self.call(&Call::read(said), self.log.len());
        }
    }

    /// Notes a call; a sync holds for what was done before it began.
    fn call(&mut self, call: &Call<'_>, begun_at: usize) {
        if call.result < 0 {
            let is_sync = matches!(call.name, "fsync" | "fdatasync");
            assert!(!is_sync, "a sync failed: what it leaves is not known");
            return;
        }
        match call.name {
            "openat" => self.open(call),
            "mkdir" | "mkdirat" => self.make_directory(call),
            "rename" | "renameat" | "renameat2" => self.rename(call),
            "link" | "linkat" => self.link(call),
            "unlink" | "unlinkat" | "rmdir" => {
                let at = usize::from(call.name == "unlinkat");
                if let Some(place) = self.place(call, at) {
                    self.push(Operation::Leave(place));
                }
            }
            "symlink" | "symlinkat" => self.symlink(call),
            "lseek" => drop(self.offsets.insert(call.descriptor(), call.length())),
            "write" | "pwrite64" => self.write(call),
            "ftruncate" => {
                let length = call.number(1);
                self.of_file(call, |inode, _| Operation::Length(inode, length));
            }
            "fallocate" => {
                assert_eq!(call.arguments[1], "0", "only room is made");
                let end = call.number(2) + call.number(3);
                self.of_file(call, |inode, length| Operation::Length(inode, length.max(end)));
            }
            "fsync" | "fdatasync" => {
                if let Some(inode) = self.opened(call) {
                    self.log.insert(begun_at, Operation::Sync(inode));
                }
            }
            // It is no promise, for neither lengths nor names nor the device.
            "sync_file_range" => {}
            "mmap" => {
                let shared = call.arguments[2].contains("PROT_WRITE")
                    && call.arguments[3].contains("MAP_SHARED");
                let path = call.arguments[4].split_once('<').map(|(_, path)| path);
                let is_ours = path.is_some_and(|path| Path::new(path).starts_with(self.root));
                assert!(!shared || !is_ours, "memory that is a file is not followed");
            }
            name => assert!(self.opened(call).is_none(), "`{name}` is not followed"),
        }
    }

    fn push(&mut self, operation: Operation) {
        self.live.apply(&operation);
        self.log.push(operation);
    }

    fn make(&mut self, place: Place, node: Node) -> Inode {
        let inode = self.live.nodes.len();
        self.push(Operation::Make(inode, node));
        self.push(Operation::Enter(place, inode));
        inode
    }

    fn open(&mut self, call: &Call<'_>) {
        let flags = call.arguments[2];
        let Some(place) = self.place(call, 1) else { return };
        let inode = match self.live.named(&place) {
            Some(inode) => inode,
            None if flags.contains("O_CREAT") => {
                let mode = u32::from_str_radix(call.arguments[3], 8).unwrap() & !0o022;
                self.make(place, Node::File { mode, bytes: Arc::default() })
            }
            None => return,
        };
        if flags.contains("O_TRUNC") && self.live.length(inode) > 0 {
            self.push(Operation::Length(inode, 0));
        }
        let at = if flags.contains("O_APPEND") { self.live.length(inode) } else { 0 };
        self.offsets.insert(call.result, at);
    }

    fn make_directory(&mut self, call: &Call<'_>) {
        let at = usize::from(call.name == "mkdirat");
        let mode = u32::from_str_radix(call.arguments[at + 1], 8).unwrap() & !0o022;
        if let Some(place) = self.place(call, at) {
            self.make(place, Node::Directory { mode, names: BTreeMap::new() });
        }
    }

    fn symlink(&mut self, call: &Call<'_>) {
        let target = PathBuf::from(text(call.arguments[0]));
        let at = if call.name == "symlink" { 1 } else { 2 };
        if let Some(place) = self.place(call, at) {
            self.make(place, Node::Link(target));
        }
    }

    fn rename(&mut self, call: &Call<'_>) {
        let second = if call.name == "rename" { [0, 1] } else { [1, 3] };
        match second.map(|at| self.place(call, at)) {
            [Some(from), Some(to)] => {
                let inode = self.live.named(&from).unwrap();
                self.push(Operation::Move { from, to, inode });
            }
            [None, None] => {}
            _ => panic!("something crosses the border of the directory"),
        }
    }

    fn link(&mut self, call: &Call<'_>) {
        let second = if call.name == "link" { [0, 1] } else { [1, 3] };
        let [from, to] = second.map(|at| self.place(call, at));
        if let (Some(from), Some(to)) = (from, to) {
            let inode = self.live.named(&from).unwrap();
            self.push(Operation::Enter(to, inode));
        }
    }

    fn write(&mut self, call: &Call<'_>) {
        let Some(inode) = self.opened(call) else { return };
        let mut bytes = bytes(call.arguments[1]);
        bytes.truncate(call.length());
        let descriptor = call.descriptor();
        let at = if call.name == "pwrite64" {
            call.number(3)
        } else {
            self.offsets.insert(descriptor, self.offsets[&descriptor] + bytes.len()).unwrap()
        };
        self.push(Operation::Write(inode, at, Arc::new(bytes)));
    }

    fn of_file(&mut self, call: &Call<'_>, operation: impl FnOnce(Inode, usize) -> Operation) {
        if let Some(inode) = self.opened(call) {
            let operation = operation(inode, self.live.length(inode));
            self.push(operation);
        }
    }

    /// Returns what a call's descriptor stands for, if it is below the root and has a name.
    fn opened(&self, call: &Call<'_>) -> Option<Inode> {
        let (_, path) = call.arguments.first()?.split_once('<')?;
        let path = Path::new(path.strip_suffix('>')?);
        if path == self.root {
            return Some(ROOT);
        }
        self.live.named(&self.at(path)?)
    }

    /// Returns the name that an argument stands for, if it is below the root; a directory that it
    /// begins in stands before it.
    fn place(&self, call: &Call<'_>, at: usize) -> Option<Place> {
        let path = PathBuf::from(text(call.arguments[at]));
        let before = call.arguments[..at].last().and_then(|before| before.split_once('<'));
        let above = before.map_or(self.root, |(_, path)| Path::new(path.trim_end_matches('>')));
        self.at(&above.join(path))
    }

    fn at(&self, path: &Path) -> Option<Place> {
        let mut plain = PathBuf::new();
        for part in path.components() {
            match part {
                Component::ParentDir => drop(plain.pop()),
                Component::CurDir => {}
                Component::Prefix(_) | Component::RootDir | Component::Normal(_) => {
                    plain.push(part);
                }
            }
        }
        let inside = plain.strip_prefix(self.root).ok()?;
        let name = |part: Component<'_>| part.as_os_str().to_str().unwrap().to_owned();
        let mut names = inside.components().map(name).collect::<Vec<_>>();
        let last = names.pop()?;
        let directory = names
            .into_iter()
            .try_fold(ROOT, |directory, name| self.live.named(&(directory, name)))?;
        Some((directory, last))
    }
}

impl<'a> Call<'a> {
    fn read(line: &'a str) -> Self {
        let (name, rest) = line.split_once('(').unwrap();
        let mut arguments = Vec::new();
        let (mut begin, mut depth, mut quoted, mut escaped) = (0, 0, false, false);
        let mut end = 0;
        for (at, c) in rest.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => quoted = !quoted,
                _ if quoted => {}
                '[' | '{' | '<' => depth += 1,
                // Flags such as `1<<12` do not stand in calls that are followed.
                ']' | '}' | '>' => depth -= 1,
                ',' | ')' if depth == 0 => {
                    arguments.push(rest[begin..at].trim());
                    begin = at + 1;
                    end = at;
                    if c == ')' {
                        break;
                    }
                }
                _ => {}
            }
        }
        let result = rest[end..].trim_start_matches(')').trim_start().trim_start_matches("= ");
        let digits = result.split(|c: char| !c.is_ascii_digit() && c != '-').next().unwrap();
        // A call that the process ended in has no result.
        Self { name, arguments, result: digits.parse().unwrap_or(-1) }
    }

    fn descriptor(&self) -> i64 {
        self.arguments[0].split('<').next().unwrap().parse().unwrap()
    }

    fn number(&self, at: usize) -> usize {
        self.arguments[at].parse().unwrap()
    }

    /// Returns a result that is a length.
    fn length(&self) -> usize {
        usize::try_from(self.result).unwrap()
    }
}

fn text(quoted: &str) -> String {
    String::from_utf8(bytes(quoted)).unwrap()
}

/// Returns what stands between quotes, in the manner of C.
fn bytes(quoted: &str) -> Vec<u8> {
    let inside = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let mut rest = inside.unwrap_or_else(|| panic!("cut short: {quoted:.80}")).as_bytes();
    let mut out = Vec::with_capacity(rest.len());
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'\\' {
            out.push(*first);
            continue;
        }
        let digits = rest.iter().take(3).take_while(|c| (b'0'..=b'7').contains(c)).count();
        let (escape, behind) = rest.split_at(digits.max(1));
        rest = behind;
        out.push(match escape {
            [b'n'] => b'\n',
            [b't'] => b'\t',
            [b'r'] => b'\r',
            [b'v'] => 11,
            [b'f'] => 12,
            [digit, ..] if digit.is_ascii_digit() => {
                let value = escape.iter().fold(0_u32, |value, c| value * 8 + u32::from(c - b'0'));
                u8::try_from(value).unwrap()
            }
            [other, ..] => *other,
            [] => panic!("nothing stands behind the last backslash"),
        });
    }
    out
}
