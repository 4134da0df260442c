//! A directory as it lies on a disk: files and directories apart from their names, so that either may
//! be lost without the other.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    sync::Arc,
};

pub(super) type Inode = usize;

/// The directory that is looked at.
pub(super) const ROOT: Inode = 0;

/// A name in a directory.
pub(super) type Place = (Inode, String);

/// What has an inode.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Directory { mode: u32, names: BTreeMap<String, Inode> },
    File { mode: u32, bytes: Arc<Vec<u8>> },
    Link(PathBuf),
}

/// What was done to the disk.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    /// Something new, which has no name yet.
    Make(Inode, Node),
    Enter(Place, Inode),
    Leave(Place),
    Move {
        from: Place,
        to: Place,
        inode: Inode,
    },
    Write(Inode, usize, Arc<Vec<u8>>),
    Length(Inode, usize),
    Sync(Inode),
}

/// What a power failure leaves of what was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// All of it, as if the process alone had died.
    Nothing,
    Everything,
    /// Names were written, contents were not.
    Contents,
    /// Contents were written, names were not.
    Names,
    /// Some was written, the names of each directory in their order.
    Some(u64),
    /// Some was written, names in any order.
    Mixed(u64),
}

pub(super) const LOSSES: [Loss; 12] = [
    Loss::Nothing,
    Loss::Everything,
    Loss::Contents,
    Loss::Names,
    Loss::Some(1),
    Loss::Some(2),
    Loss::Some(3),
    Loss::Some(4),
    Loss::Mixed(1),
    Loss::Mixed(2),
    Loss::Mixed(3),
    Loss::Mixed(4),
];

#[derive(Clone, Debug)]
pub(super) struct Disk {
    pub(super) nodes: Vec<Node>,
}

impl Operation {
    /// Returns the file or directory whose sync makes it durable.
    fn subject(&self) -> Inode {
        match self {
            Self::Enter((directory, _), _)
            | Self::Leave((directory, _))
            | Self::Move { to: (directory, _), .. } => *directory,
            Self::Make(inode, _)
            | Self::Write(inode, ..)
            | Self::Length(inode, _)
            | Self::Sync(inode) => *inode,
        }
    }

    fn is_of_contents(&self) -> bool {
        matches!(self, Self::Write(..) | Self::Length(..))
    }

    /// Returns a half of it, where it can be halved.
    fn torn(&self, is_begun: bool) -> Self {
        let Self::Write(inode, at, bytes) = self else { return self.clone() };
        let half = bytes.len() / 2;
        if is_begun {
            Self::Write(*inode, *at, Arc::new(bytes[..half].to_vec()))
        } else {
            Self::Write(*inode, at + half, Arc::new(bytes[half..].to_vec()))
        }
    }
}

impl Disk {
    /// Reads a directory.
    pub(super) fn read(root: &Path) -> Self {
        let mut disk = Self { nodes: Vec::new() };
        disk.add(root);
        disk
    }

    fn add(&mut self, path: &Path) -> Inode {
        let inode = self.nodes.len();
        let metadata = fs::symlink_metadata(path).unwrap();
        let mode = metadata.permissions().mode() & 0o777;
        if metadata.is_symlink() {
            self.nodes.push(Node::Link(fs::read_link(path).unwrap()));
        } else if metadata.is_file() {
            self.nodes.push(Node::File { mode, bytes: Arc::new(fs::read(path).unwrap()) });
        } else {
            self.nodes.push(Node::Directory { mode, names: BTreeMap::new() });
            for entry in fs::read_dir(path).unwrap() {
                let entry = entry.unwrap();
                let child = self.add(&entry.path());
                let name = entry.file_name().into_string().unwrap();
                self.names_of(inode).insert(name, child);
            }
        }
        inode
    }

    fn names_of(&mut self, directory: Inode) -> &mut BTreeMap<String, Inode> {
        let Node::Directory { names, .. } = &mut self.nodes[directory] else {
            panic!("{directory} is no directory")
        };
        names
    }

    /// Returns what has a name in a directory.
    pub(super) fn named(&self, (directory, name): &Place) -> Option<Inode> {
        let Node::Directory { names, .. } = &self.nodes[*directory] else { return None };
        names.get(name).copied()
    }

    pub(super) fn length(&self, inode: Inode) -> usize {
        let Node::File { bytes, .. } = &self.nodes[inode] else { return 0 };
        bytes.len()
    }

    pub(super) fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Make(inode, node) => {
                assert_eq!(*inode, self.nodes.len());
                self.nodes.push(node.clone());
            }
            Operation::Enter((directory, name), inode) => {
                self.names_of(*directory).insert(name.clone(), *inode);
            }
            Operation::Leave((directory, name)) => {
                self.names_of(*directory).remove(name);
            }
            Operation::Move { from: (above, old), to: (below, new), inode } => {
                if let Entry::Occupied(found) = self.names_of(*above).entry(old.clone())
                    && found.get() == inode
                {
                    found.remove();
                }
                self.names_of(*below).insert(new.clone(), *inode);
            }
            Operation::Write(inode, at, written) => self.change(*inode, |bytes| {
                let end = at + written.len();
                bytes.resize(bytes.len().max(end), 0);
                bytes[*at..end].copy_from_slice(written);
            }),
            Operation::Length(inode, length) => {
                self.change(*inode, |bytes| bytes.resize(*length, 0));
            }
            Operation::Sync(_) => {}
        }
    }

    fn change(&mut self, inode: Inode, change: impl FnOnce(&mut Vec<u8>)) {
        let Node::File { bytes, .. } = &mut self.nodes[inode] else { panic!("{inode} is no file") };
        change(Arc::make_mut(bytes));
    }

    /// Does to the disk what was synced, and of the rest what a loss leaves.
    pub(super) fn left(&self, log: &[Operation], loss: Loss) -> Self {
        let mut disk = self.clone();
        let mut pending: BTreeMap<Inode, Vec<&Operation>> = BTreeMap::new();
        for operation in log {
            match operation {
                Operation::Make(..) => disk.apply(operation),
                Operation::Sync(inode) => {
                    pending.remove(inode).into_iter().flatten().for_each(|o| disk.apply(o));
                }
                Operation::Enter(..)
                | Operation::Leave(_)
                | Operation::Move { .. }
                | Operation::Write(..)
                | Operation::Length(..) => {
                    pending.entry(operation.subject()).or_default().push(operation);
                }
            }
        }
        let mut draw = draws(loss, log.len());
        for operations in pending.values() {
            if operations.iter().any(|operation| operation.is_of_contents()) {
                for operation in operations {
                    disk.write_some(operation, loss, &mut draw);
                }
                continue;
            }
            let kept = match loss {
                Loss::Nothing | Loss::Contents | Loss::Mixed(_) => operations.len(),
                Loss::Everything | Loss::Names => 0,
                Loss::Some(_) => draw(operations.len() + 1),
            };
            for operation in &operations[..kept] {
                if !matches!(loss, Loss::Mixed(_)) || draw(2) == 0 {
                    disk.apply(operation);
                }
            }
        }
        disk
    }

    fn write_some(
        &mut self,
        operation: &Operation,
        loss: Loss,
        draw: &mut impl FnMut(usize) -> usize,
    ) {
        let sort = match loss {
            Loss::Nothing | Loss::Names => 0,
            Loss::Everything | Loss::Contents => 5,
            Loss::Some(_) | Loss::Mixed(_) => draw(6),
        };
        match sort {
            0..3 => self.apply(operation),
            3 => self.apply(&operation.torn(true)),
            4 => self.apply(&operation.torn(false)),
            _ => {}
        }
    }

    /// Returns a number that is the same for the same files under the same names.
    pub(super) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash_below(ROOT, &mut hasher);
        hasher.finish()
    }

    fn hash_below(&self, inode: Inode, hasher: &mut DefaultHasher) {
        match &self.nodes[inode] {
            Node::Directory { names, .. } => {
                for (name, child) in names {
                    name.hash(hasher);
                    self.hash_below(*child, hasher);
                }
                "the end".hash(hasher);
            }
            Node::File { bytes, .. } => bytes.hash(hasher),
            Node::Link(target) => target.hash(hasher),
        }
    }

    /// Puts what lies here in place of what is in a directory.
    pub(super) fn lay(&self, root: &Path) {
        for entry in fs::read_dir(root).unwrap() {
            let path = entry.unwrap().path();
            let removed =
                if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.unwrap();
        }
        self.lay_below(ROOT, root);
    }

    fn lay_below(&self, inode: Inode, path: &Path) {
        match &self.nodes[inode] {
            Node::Directory { mode, names } => {
                fs::DirBuilder::new().recursive(true).mode(*mode).create(path).unwrap();
                for (name, child) in names {
                    self.lay_below(*child, &path.join(name));
                }
            }
            Node::File { mode, bytes } => {
                fs::write(path, &**bytes).unwrap();
                fs::set_permissions(path, fs::Permissions::from_mode(*mode)).unwrap();
            }
            Node::Link(target) => symlink(target, path).unwrap(),
        }
    }
}

/// Returns numbers below a bound, the same for the same loss.
fn draws(loss: Loss, operations: usize) -> impl FnMut(usize) -> usize {
    let mut seed = match loss {
        Loss::Some(seed) | Loss::Mixed(seed) => (seed << 32) + operations as u64 + 1,
        Loss::Nothing | Loss::Everything | Loss::Contents | Loss::Names => 1,
    };
    move |below| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    }
}
