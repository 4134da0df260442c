//! Reads: objects, lookups, data sources, imports and facts.

use super::{CloudObject, Fault, LogEntry, Sort, World, steps::as_thing};
use crate::{
    kinds::{record, server},
    protocol::{Code, Hit, Instance, Reply, Request, Seen, Trouble, Wanted},
};
use infra_model::{address::KindName, types::Type, value::Value};
use infra_sdk::convert::Dynamic;

impl World {
    /// Answers an ask, as its fault lets it; `at` is its number and time.
    pub(super) fn ask(&mut self, instance: &Instance, ask: &Request, at: (u64, u64)) -> Reply {
        let sort = Sort::of_request(ask);
        self.count_one(sort);
        let fault = self.faults.of_ask(at.0, sort);
        let reply = match (trouble_of(fault), self.unreachable(instance)) {
            (Some(trouble), _) | (None, Some(trouble)) => Reply::Refused(trouble),
            (None, None) => self.reply(instance, (ask, at.1), fault == Some(Fault::Stale)),
        };
        let trouble =
            if let Reply::Refused(trouble) = &reply { Some(trouble.clone()) } else { None };
        self.log.push(LogEntry {
            request: at.0,
            at_ms: at.1,
            sort,
            kind: kind_of(ask).to_owned(),
            address: String::new(),
            token: String::new(),
            id: String::new(),
            changed: false,
            trouble,
        });
        reply
    }

    fn reply(&mut self, instance: &Instance, (ask, now_ms): (&Request, u64), stale: bool) -> Reply {
        match ask {
            Request::Hello | Request::List | Request::Arrange(..) | Request::Steps { .. } => {
                Reply::Welcome
            }
            Request::Read { kind, ids } => {
                let facts = if kind == "fake_server" { vec![self.sizes()] } else { Vec::new() };
                let seen = ids.iter().map(|id| self.read(kind, id, stale)).collect();
                Reply::Seen(seen, facts, self.marked(instance, kind, ids))
            }
            Request::Find(wanted) => {
                Reply::Found(wanted.iter().map(|w| self.find(w, stale)).collect())
            }
            Request::Exists(wanted) => {
                Reply::Exists(self.by_key(wanted).map(|object| object.id.clone()))
            }
            Request::Data { kind, config } => self.data(instance, kind, &config.0),
            Request::Open { kind, config } => self.open(kind, &config.0, now_ms),
            Request::Renew { lease, .. } => self.renew(*lease, now_ms),
            Request::Close { lease, .. } => self.close(*lease),
            Request::Import { kind, id } => {
                let found = self.objects.get(id).filter(|object| *object.kind.0 == **kind);
                Reply::Imported(found.map(as_thing))
            }
            Request::Facts(keys) => {
                Reply::Facts(keys.iter().filter_map(|key| self.fact(key)).collect())
            }
        }
    }

    fn read(&self, kind: &str, id: &str, stale: bool) -> Seen {
        let buried = || self.graves.get(id).filter(|_| stale);
        let Some(object) = self.objects.get(id).or_else(buried) else { return Seen::Gone };
        let value = object.before.as_ref().filter(|_| stale).unwrap_or(&object.value);
        let seen = if kind == "fake_record" { record::as_seen(value) } else { value.clone() };
        Seen::Present(Dynamic(seen))
    }

    fn find(&self, wanted: &Wanted, stale: bool) -> Hit {
        if stale {
            // A lookup that is behind must not say that nothing was created.
            return Hit::Uncertain(Trouble::new(Code::Failed, "the index is being rebuilt"));
        }
        let mine = |o: &&CloudObject| {
            *o.kind.0 == *wanted.kind && !wanted.token.is_empty() && o.token == wanted.token
        };
        let by_token = self.objects.values().find(mine);
        match by_token.or_else(|| self.by_key(wanted)) {
            Some(object) => Hit::There(as_thing(object)),
            None => Hit::Absent,
        }
    }

    fn by_key(&self, wanted: &Wanted) -> Option<&CloudObject> {
        let behaviour = self.catalogue.resource(&KindName(wanted.kind.as_str().into()))?;
        // Defaults are part of the key, so the value must have them.
        let (desired, _) = wanted.desired.0.clone().unmark_deep();
        let proposal = infra_model::schema::propose(behaviour.kind.schema(), None, &desired);
        self.with_key(behaviour, &proposal.planned.unmark_deep().0)
    }

    fn data(&self, instance: &Instance, kind: &str, config: &Value) -> Reply {
        match kind {
            "fake_lookup" => Reply::Value(Dynamic(self.lookup(config))),
            "fakehost_info" => {
                let host = instance.server_id.clone().unwrap_or_default();
                let here = |o: &&CloudObject| o.host.as_ref() == Some(&host);
                let containers = Value::number(self.objects.values().filter(here).count());
                let server = Value::string(host.clone());
                let info = Value::object([("server_id", server), ("containers", containers)]);
                Reply::Value(Dynamic(info))
            }
            other => {
                let text = format!("there is no data source `{other}`");
                Reply::Refused(Trouble::new(Code::RequestUnknown, text))
            }
        }
    }

    fn lookup(&self, config: &Value) -> Value {
        let default = Value::from("fake_network");
        let kind = config.get("kind").filter(|kind| !kind.is_null()).unwrap_or(&default);
        let name = config.get("name").cloned().unwrap_or_else(|| Value::null(Type::String));
        let wanted = kind.as_text();
        let found = self.objects.values().find(|object| {
            Some(&object.kind.0) == wanted && object.value.get("name") == Some(&name)
        });
        let id = found.map(|object| Value::from(object.id.as_str()));
        Value::object([
            ("kind", kind.clone()),
            ("name", name),
            ("found", Value::from(id.is_some())),
            ("id", id.unwrap_or_else(|| Value::null(Type::String))),
        ])
    }

    fn fact(&self, key: &str) -> Option<(String, Dynamic)> {
        if key == "sizes" {
            return Some(self.sizes());
        }
        let image = key.strip_prefix("image/")?;
        Some((key.to_owned(), Dynamic(server::image_user(Some(&image.into())))))
    }

    fn sizes(&self) -> (String, Dynamic) {
        debug_assert!(self.catalogue.resource(&KindName("fake_server".into())).is_some());
        let sizes = server::SIZES.iter().map(|(name, price)| (*name, Value::from(*price)));
        ("sizes".to_owned(), Dynamic(Value::map(Type::Number, sizes)))
    }
}

fn trouble_of(fault: Option<Fault>) -> Option<Trouble> {
    let trouble = match fault? {
        Fault::Stale | Fault::Duplicate | Fault::Partial => return None,
        Fault::Before | Fault::After => Trouble::new(Code::Failed, "the cloud had a hiccup"),
        Fault::Timeout { .. } => Trouble::new(Code::Failed, "no reply came in time"),
        Fault::NotAskable => Trouble::new(Code::Unreachable, "the cloud does not answer"),
        Fault::RateLimit { wait_ms } => {
            let trouble = Trouble::new(Code::RateLimit, "too many requests");
            Trouble { wait_ms: Some(wait_ms), ..trouble }
        }
    };
    Some(trouble)
}

fn kind_of(ask: &Request) -> &str {
    match ask {
        Request::Read { kind, .. }
        | Request::Data { kind, .. }
        | Request::Open { kind, .. }
        | Request::Renew { kind, .. }
        | Request::Close { kind, .. }
        | Request::Import { kind, .. }
        | Request::Steps { kind, .. } => kind,
        Request::Exists(wanted) => &wanted.kind,
        Request::Find(wanted) => wanted.first().map_or("", |wanted| &wanted.kind),
        Request::Hello | Request::Facts(_) | Request::List | Request::Arrange(..) => "",
    }
}
