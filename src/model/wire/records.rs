//! Objects, intents, journal entries and snapshots in bytes, both ways side by side.

use super::{Decoder, Encoder, WireError};
use crate::{
    address::Address,
    journal::{Entry, Intent, Record, Verb},
    snapshot::{Check, CheckStatus, Instance, Object, Output, Snapshot},
    text::Text,
};
use std::{collections::BTreeMap, sync::Arc};

impl Encoder {
    fn needs(&mut self, needs: &[Address]) {
        self.sequence(needs, Self::address);
    }

    /// Writes an object.
    pub fn object(&mut self, object: &Object) {
        self.kind(&object.kind);
        self.provider(&object.provider);
        self.value(&object.value);
        self.bytes(&object.private);
        self.number(object.schema_version);
        let flags = [object.tainted, object.prevent_destroy, object.create_before_destroy];
        self.byte(flags.iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(*flag)));
        self.needs(&object.needs);
    }

    /// Writes a verb.
    pub fn verb(&mut self, verb: Verb) {
        self.byte(match verb {
            Verb::Create => 0,
            Verb::Update => 1,
            Verb::Delete => 2,
        });
    }

    /// Writes an intent.
    pub fn intent(&mut self, intent: &Intent) {
        self.address(&intent.address);
        self.generation(intent.generation);
        self.verb(intent.verb);
        self.kind(&intent.kind);
        self.provider(&intent.provider);
        self.number(intent.epoch);
        self.time(intent.at);
        self.bool(intent.absent_before);
        self.value(&intent.desired);
        self.needs(&intent.needs);
        self.text(&intent.token);
    }

    fn record(&mut self, record: &Record) {
        match record {
            Record::Began { lineage } => {
                self.byte(0);
                self.text(lineage);
            }
            Record::Started(intent) => {
                self.byte(1);
                self.intent(intent);
            }
            Record::Finished { address, generation, object } => {
                self.byte(2);
                self.address(address);
                self.generation(*generation);
                self.option(object.as_ref(), |encoder, object| encoder.object(object));
            }
            Record::Abandoned { address, generation } => {
                self.byte(3);
                self.address(address);
                self.generation(*generation);
            }
            Record::Recorded { address, generation, object } => {
                self.byte(4);
                self.address(address);
                self.generation(*generation);
                self.object(object);
            }
            Record::Deposed { address, generation } => {
                self.byte(5);
                self.address(address);
                self.generation(*generation);
            }
            Record::Forgotten { address, generation } => {
                self.byte(6);
                self.address(address);
                self.option(generation.as_ref(), |encoder, generation| {
                    encoder.generation(*generation);
                });
            }
            Record::Moved { from, to } => {
                self.byte(7);
                self.address(from);
                self.address(to);
            }
            Record::Outputs(outputs) => {
                self.byte(8);
                self.outputs(outputs);
            }
            Record::Checked(checks) => {
                self.byte(9);
                self.checks(checks);
            }
            Record::Closed => self.byte(10),
        }
    }

    /// Writes a journal entry.
    pub fn entry(&mut self, entry: &Entry) {
        self.number(entry.sequence);
        self.number(entry.epoch);
        self.time(entry.at);
        self.record(&entry.record);
    }

    fn outputs(&mut self, outputs: &BTreeMap<Text, Output>) {
        self.size(outputs.len());
        for (name, output) in outputs {
            self.text(name);
            self.value(&output.value);
        }
    }

    fn checks(&mut self, checks: &BTreeMap<Text, Check>) {
        self.size(checks.len());
        for (name, check) in checks {
            self.text(name);
            self.byte(match check.status {
                CheckStatus::Pass => 0,
                CheckStatus::Fail => 1,
                CheckStatus::Error => 2,
                CheckStatus::Unknown => 3,
            });
            self.sequence(&check.messages, Self::text);
        }
    }

    /// Writes an instance.
    pub fn instance(&mut self, instance: &Instance) {
        self.size(instance.objects.len());
        for (generation, object) in &instance.objects {
            self.generation(*generation);
            self.object(object);
        }
        self.sequence(&instance.deposed, |encoder, generation| encoder.generation(*generation));
        self.sequence(&instance.open, Self::intent);
        self.generation(instance.newest);
    }

    /// Writes a snapshot.
    pub fn snapshot(&mut self, snapshot: &Snapshot) {
        self.text(&snapshot.lineage);
        self.number(snapshot.sequence);
        self.size(snapshot.instances.len());
        for (address, instance) in &snapshot.instances {
            self.address(address);
            self.instance(instance);
        }
        self.outputs(&snapshot.outputs);
        self.checks(&snapshot.checks);
    }
}

type Read<T> = Result<T, WireError>;

impl Decoder<'_> {
    fn needs(&mut self) -> Read<Arc<[Address]>> {
        Ok(self.sequence(Self::address)?.into())
    }

    /// Reads an object.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn object(&mut self) -> Read<Object> {
        let kind = self.kind()?;
        let provider = self.provider()?;
        let value = self.value()?;
        let private = Arc::from(self.bytes()?);
        let schema_version = self.number()?;
        let flags = self.byte()?;
        if flags & !7 != 0 {
            return Err(self.unexpected("flag"));
        }
        Ok(Object {
            kind,
            provider,
            value,
            private,
            schema_version,
            tainted: flags & 1 != 0,
            needs: self.needs()?,
            prevent_destroy: flags & 2 != 0,
            create_before_destroy: flags & 4 != 0,
        })
    }

    /// Reads a verb.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn verb(&mut self) -> Read<Verb> {
        Ok(match self.byte()? {
            0 => Verb::Create,
            1 => Verb::Update,
            2 => Verb::Delete,
            _ => return Err(self.unexpected("verb")),
        })
    }

    /// Reads an intent.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn intent(&mut self) -> Read<Intent> {
        Ok(Intent {
            address: self.address()?,
            generation: self.generation()?,
            verb: self.verb()?,
            kind: self.kind()?,
            provider: self.provider()?,
            epoch: self.number()?,
            at: self.time()?,
            absent_before: self.bool()?,
            desired: self.value()?,
            needs: self.needs()?,
            token: self.text()?,
        })
    }

    fn record(&mut self) -> Read<Record> {
        Ok(match self.byte()? {
            0 => Record::Began { lineage: self.text()? },
            1 => Record::Started(self.intent()?),
            2 => Record::Finished {
                address: self.address()?,
                generation: self.generation()?,
                object: self.option(Self::object)?.map(Arc::new),
            },
            3 => Record::Abandoned { address: self.address()?, generation: self.generation()? },
            4 => Record::Recorded {
                address: self.address()?,
                generation: self.generation()?,
                object: Arc::new(self.object()?),
            },
            5 => Record::Deposed { address: self.address()?, generation: self.generation()? },
            6 => Record::Forgotten {
                address: self.address()?,
                generation: self.option(Self::generation)?,
            },
            7 => Record::Moved { from: self.address()?, to: self.address()? },
            8 => Record::Outputs(self.outputs()?),
            9 => Record::Checked(self.checks()?),
            10 => Record::Closed,
            _ => return Err(self.unexpected("record")),
        })
    }

    /// Reads a journal entry.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn entry(&mut self) -> Read<Entry> {
        Ok(Entry {
            sequence: self.number()?,
            epoch: self.number()?,
            at: self.time()?,
            record: self.record()?,
        })
    }

    fn outputs(&mut self) -> Read<BTreeMap<Text, Output>> {
        let outputs =
            self.sequence(|decoder| Ok((decoder.text()?, Output { value: decoder.value()? })))?;
        Ok(outputs.into_iter().collect())
    }

    fn checks(&mut self) -> Read<BTreeMap<Text, Check>> {
        let checks = self.sequence(|decoder| {
            let name = decoder.text()?;
            let status = match decoder.byte()? {
                0 => CheckStatus::Pass,
                1 => CheckStatus::Fail,
                2 => CheckStatus::Error,
                3 => CheckStatus::Unknown,
                _ => return Err(decoder.unexpected("status")),
            };
            Ok((name, Check { status, messages: decoder.sequence(Self::text)? }))
        })?;
        Ok(checks.into_iter().collect())
    }

    /// Reads an instance.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn instance(&mut self) -> Read<Instance> {
        let objects =
            self.sequence(|decoder| Ok((decoder.generation()?, Arc::new(decoder.object()?))))?;
        Ok(Instance {
            objects: objects.into_iter().collect(),
            deposed: self.sequence(Self::generation)?,
            open: self.sequence(Self::intent)?,
            newest: self.generation()?,
        })
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    ///
    /// See [`Decoder::byte`].
    pub fn snapshot(&mut self) -> Read<Snapshot> {
        let lineage = self.text()?;
        let sequence = self.number()?;
        let instances = self.sequence(|decoder| Ok((decoder.address()?, decoder.instance()?)))?;
        Ok(Snapshot {
            lineage,
            sequence,
            instances: instances.into_iter().collect(),
            outputs: self.outputs()?,
            checks: self.checks()?,
        })
    }
}
