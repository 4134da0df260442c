//! The index in sled: instances by address, for the lock's holder; the only file that knows sled.
//!
//! sled is trusted with nothing. Its flush is no fsync on Linux, so its file is synced after it;
//! values above about 7,600 bytes would go to files of their own that it never syncs, so values are
//! cut into pieces of [`PIECE_BYTES`]; a full disk ends its threads, so there must be room before it
//! is opened; whatever fails, it is removed and rebuilt from the snapshot.
//! It remembers the sequence at which it stands: another one than that at which the run began means
//! that it is not of this history, and it is rebuilt.

use crate::{
    index::Update,
    local::{SealWith, pack, unpack},
    seal::NONCE_BYTES,
};
use ::sled::{Batch, Config, Db, Mode};
use infra_model::{
    address::Address,
    snapshot::Instance,
    wire::{Decoder, Encoder, Policy},
};
use std::{
    fs::{self, File},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

/// The version of what is in the index.
const VERSION: u8 = 1;
/// The most bytes of one value.
const PIECE_BYTES: usize = 6000;
/// The pieces of one instance have two-byte numbers.
const PIECES_MAX: usize = 1 << 16;
/// Values changed in one step of a rebuild.
const BATCH_MAX: usize = 512;
/// Memory for sled's pages.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
/// Room that must be free before sled is opened.
const ROOM_BYTES: usize = 2 * 1024 * 1024;
/// Under which name the index says what it is.
const ABOUT: &[u8] = b"about";

type Result<T> = std::result::Result<T, String>;

/// Brings the index to the state of an update.
pub(crate) fn update(update: &Update<'_>) -> Result<()> {
    let attempt = || {
        // sled's own faults are panics now and then; they must not end a run that is recorded.
        let caught = catch_unwind(AssertUnwindSafe(|| attempt(update)));
        caught.unwrap_or_else(|_| Err("sled panicked".to_owned()))
    };
    attempt().or_else(|_| {
        fs::remove_dir_all(update.directory).map_err(text)?;
        attempt()
    })
}

/// Returns the instance at an address if the index stands at a sequence; `Err` if it does not.
pub(crate) fn look_up(
    directory: &Path,
    seal: &SealWith,
    sequence: u64,
    address: &Address,
) -> Result<Option<Instance>> {
    if !directory.join("db").exists() {
        return Err("there is no index".into());
    }
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let db = open(directory)?;
        match db.get(ABOUT).map_err(text)? {
            Some(about) if *about == about_bytes(seal, sequence) => read(&db, seal, address),
            Some(_) | None => Err("the index stands elsewhere".into()),
        }
    }));
    caught.unwrap_or_else(|_| Err("sled panicked".to_owned()))
}

fn attempt(update: &Update<'_>) -> Result<()> {
    make_room(update.directory)?;
    let db = open(update.directory)?;
    let about = db.get(ABOUT).map_err(text)?;
    let mut batch = Batch::default();
    if about.is_some_and(|about| *about == about_bytes(update.seal, update.began_at)) {
        for address in update.touched {
            remove(&db, update.seal, address, &mut batch)?;
            if let Some(instance) = update.snapshot.instance(address) {
                insert(update.seal, address, instance, &mut batch)?;
            }
        }
    } else {
        db.clear().map_err(text)?;
        for (i, (address, instance)) in update.snapshot.instances.iter().enumerate() {
            insert(update.seal, address, instance, &mut batch)?;
            if i % BATCH_MAX == BATCH_MAX - 1 {
                db.apply_batch(std::mem::take(&mut batch)).map_err(text)?;
            }
        }
    }
    batch.insert(ABOUT, about_bytes(update.seal, update.snapshot.sequence));
    db.apply_batch(batch).map_err(text)?;
    db.flush().map_err(text)?;
    drop(db);
    File::open(update.directory.join("db")).and_then(|file| file.sync_all()).map_err(text)?;
    let mut blobs = fs::read_dir(update.directory.join("blobs")).map_err(text)?;
    if blobs.next().is_some() { Err("a value was too large".into()) } else { Ok(()) }
}

fn open(directory: &Path) -> Result<Db> {
    Config::new()
        .path(directory)
        .cache_capacity(CACHE_BYTES)
        .mode(Mode::LowSpace)
        .flush_every_ms(None)
        .open()
        .map_err(text)
}

fn make_room(directory: &Path) -> Result<()> {
    fs::create_dir_all(directory).map_err(text)?;
    let probe = directory.join("probe");
    let written = fs::write(&probe, vec![0; ROOM_BYTES]);
    fs::remove_file(&probe).and(written).map_err(text)
}

fn about_bytes(seal: &SealWith, sequence: u64) -> Vec<u8> {
    [&[VERSION], &seal.identity.id[..], &seal.sealer.key_id(), &sequence.to_be_bytes()].concat()
}

fn insert(
    seal: &SealWith,
    address: &Address,
    instance: &Instance,
    batch: &mut Batch,
) -> Result<()> {
    let mut encoder = Encoder::new(Policy::Stored);
    encoder.address(address);
    encoder.instance(instance);
    let (packed, mut body) = pack(encoder.finish().map_err(text)?);
    body.push(u8::from(packed));
    let name = seal.sealer.name(&address.to_string());
    let nonce = seal.sealer.nonce().map_err(text)?;
    seal.sealer.seal(nonce, &name, &mut body).map_err(text)?;
    let value = [&nonce[..], &body].concat();
    if value.len() > PIECE_BYTES * PIECES_MAX {
        return Err(format!("`{address}` is too large"));
    }
    for (number, piece) in (0..=u16::MAX).zip(value.chunks(PIECE_BYTES)) {
        batch.insert([&name[..], &number.to_be_bytes()].concat(), piece);
    }
    Ok(())
}

fn remove(db: &Db, seal: &SealWith, address: &Address, batch: &mut Batch) -> Result<()> {
    for key in db.scan_prefix(seal.sealer.name(&address.to_string())).keys() {
        batch.remove(key.map_err(text)?);
    }
    Ok(())
}

fn read(db: &Db, seal: &SealWith, address: &Address) -> Result<Option<Instance>> {
    let name = seal.sealer.name(&address.to_string());
    let mut value = Vec::new();
    for piece in db.scan_prefix(name).values() {
        value.extend_from_slice(&piece.map_err(text)?);
    }
    if value.is_empty() {
        return Ok(None);
    }
    let (nonce, sealed) = value.split_first_chunk::<NONCE_BYTES>().ok_or("a value is short")?;
    let mut body = seal.sealer.open(*nonce, &name, sealed).ok_or("a value is damaged")?;
    let packed = body.pop().ok_or("a value is short")? == 1;
    let body = unpack(body, packed).ok_or("a value is damaged")?;
    let mut decoder = Decoder::new(&body).map_err(text)?;
    if decoder.address().map_err(text)? != *address {
        return Err("a value is another's".into());
    }
    decoder.instance().map(Some).map_err(text)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
