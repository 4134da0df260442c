//! Servers.

mod change_type;
mod create;
mod dns;
mod extras;
mod fit;
mod group;
mod image;
mod power;
mod private;
mod rebuild;
mod rescue;
mod status;
mod wanted;

pub use self::status::Counters;
use self::status::{Life, Status};
use super::{
    World,
    call::{Answer, Call, Reply},
    clock,
    deed::{Deed, When},
    kind::Kind,
    page::SORTS,
    primary_ips::PrimaryIp,
    route::Route,
    server_types, standard,
    store::{Head, Resource, stored_in},
};
use serde_json::{Value, json};
use std::net::Ipv4Addr;

/// The operations of this family.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/servers", list),
    Route::post("/servers", create::create),
    Route::get("/servers/{id}", standard::get::<Server>),
    Route::put("/servers/{id}", Kind::Server, update),
    Route::delete("/servers/{id}", Kind::Server, delete),
    act("/servers/{id}/actions/poweron", power::poweron),
    act("/servers/{id}/actions/poweroff", power::poweroff),
    act("/servers/{id}/actions/shutdown", power::shutdown),
    act("/servers/{id}/actions/reboot", power::reboot),
    act("/servers/{id}/actions/reset", power::reset),
    act("/servers/{id}/actions/change_type", change_type::change_type),
    act("/servers/{id}/actions/rebuild", rebuild::rebuild),
    act("/servers/{id}/actions/create_image", image::create_image),
    act("/servers/{id}/actions/enable_backup", extras::enable_backup),
    act("/servers/{id}/actions/disable_backup", extras::disable_backup),
    act("/servers/{id}/actions/attach_iso", extras::attach_iso),
    act("/servers/{id}/actions/detach_iso", extras::detach_iso),
    act("/servers/{id}/actions/change_protection", extras::change_protection),
    act("/servers/{id}/actions/enable_rescue", rescue::enable_rescue),
    act("/servers/{id}/actions/disable_rescue", rescue::disable_rescue),
    act("/servers/{id}/actions/reset_password", rescue::reset_password),
    act("/servers/{id}/actions/attach_to_network", private::attach),
    act("/servers/{id}/actions/detach_from_network", private::detach),
    act("/servers/{id}/actions/change_alias_ips", private::change_alias_ips),
    act("/servers/{id}/actions/add_to_placement_group", group::add),
    act("/servers/{id}/actions/remove_from_placement_group", group::remove),
    act("/servers/{id}/actions/change_dns_ptr", dns::change_dns_ptr),
];

const fn act(path: &'static str, run: super::route::Run) -> Route {
    Route::act(path, Kind::Server, run)
}

/// A server.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) head: Head,
    pub(crate) life: Life,
    #[allow(clippy::struct_field_names, reason = "the API's word")]
    pub(crate) server_type: String,
    pub(crate) location: String,
    pub(crate) image: Option<u64>,
    pub(crate) iso: Option<u64>,
    pub(crate) placement_group: Option<u64>,
    pub(crate) primary_disk_gb: u64,
    pub(crate) private: Vec<Attachment>,
    /// It was made with SSH keys, so that it has no password.
    pub(crate) has_ssh_keys: bool,
    pub(crate) user_data: Option<String>,
    /// Since when the rescue system waits for a boot.
    pub(crate) rescue_since_ms: Option<u64>,
    pub(crate) has_backups: bool,
    pub(crate) is_delete_protected: bool,
    pub(crate) is_rebuild_protected: bool,
}

/// A server's place in a network.
#[derive(Clone, Debug)]
pub(crate) struct Attachment {
    pub(crate) network: u64,
    pub(crate) ip: Ipv4Addr,
    pub(crate) alias_ips: Vec<Ipv4Addr>,
    /// The action that makes it has ended; until then the address is only kept.
    pub(crate) is_ready: bool,
}

impl Server {
    pub(crate) fn is_off(&self) -> bool {
        self.life.status() == Status::Off
    }

    /// Returns the place in a network, if there is one that can be seen.
    pub(crate) fn attachment(&self, network: u64) -> Option<&Attachment> {
        self.private.iter().find(|own| own.network == network && own.is_ready)
    }

    fn public_net(&self, world: &World) -> Value {
        let id = self.head.id;
        let v4 = |ip: &PrimaryIp| {
            json!({
                "id": ip.head.id,
                "ip": ip.address.text(),
                "blocked": false,
                "dns_ptr": ip.address.name(),
            })
        };
        let v6 = |ip: &PrimaryIp| {
            json!({
                "id": ip.head.id,
                "ip": ip.address.text(),
                "blocked": false,
                "dns_ptr": ip.address.names(),
            })
        };
        let firewall = |id: &u64| json!({ "id": id, "status": "applied" });
        json!({
            "ipv4": world.primary_ip_of(id, false).map(v4),
            "ipv6": world.primary_ip_of(id, true).map(v6),
            "floating_ips": world.floating_ips_of(id),
            "firewalls": world.firewalls_of(self).iter().map(firewall).collect::<Vec<_>>(),
        })
    }

    fn private_net(&self) -> Vec<Value> {
        let attachment = |own: &Attachment| {
            let [_, b, c, d] = own.ip.octets();
            json!({
                "network": own.network,
                "ip": own.ip,
                "alias_ips": own.alias_ips,
                "mac_address": format!("86:00:0a:{b:02x}:{c:02x}:{d:02x}"),
            })
        };
        self.private.iter().filter(|own| own.is_ready).map(attachment).collect()
    }
}

impl Resource for Server {
    const KIND: Kind = Kind::Server;

    stored_in!(servers);

    fn answer(&self, world: &World) -> Value {
        let id = self.head.id;
        let server_type = world.catalogue.server_type(&self.server_type);
        let iso = world.catalogue.isos.iter().find(|iso| Some(iso.id) == self.iso);
        let image = self.image.and_then(|image| world.images.get(&image));
        let group = self.placement_group.map_or(Value::Null, |group| {
            world.show::<super::placement_groups::PlacementGroup>(group)
        });
        json!({
            "id": id,
            "name": self.head.name,
            "status": self.life.status().word(),
            "created": clock::rfc3339(self.head.created_ms),
            "public_net": self.public_net(world),
            "private_net": self.private_net(),
            "server_type": server_type.map(|of| server_types::show(world, of)),
            "location": world.location(&self.location),
            "image": image.map(|image| image.answer(world)),
            "iso": iso.map(super::catalogue::Iso::answer),
            "rescue_enabled": self.rescue_since_ms.is_some(),
            "locked": world.actions.is_locked(Kind::Server, id),
            "backup_window": self.has_backups.then_some("22-02"),
            "outgoing_traffic": 0,
            "ingoing_traffic": 0,
            "included_traffic": super::catalogue::traffic(&self.location),
            "protection": {
                "delete": self.is_delete_protected,
                "rebuild": self.is_rebuild_protected,
            },
            "labels": self.head.labels,
            "volumes": world.volumes_of(id),
            "load_balancers": world.load_balancers_of(id),
            "primary_disk_size": self.primary_disk_gb,
            "placement_group": group,
        })
    }
}

fn list(world: &mut World, call: &Call) -> Answer {
    let is_meant = |server: &Server| call.passes("status", server.life.status().word());
    standard::list_where(world, call, SORTS, is_meant)
}

fn update(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    wanted::new_name(&mut input);
    input.done()?;
    standard::update::<Server>(world, call)
}

fn delete(world: &mut World, call: &Call) -> Answer {
    let server = world.of::<Server>(call)?;
    let (id, is_protected) = (server.head.id, server.is_delete_protected);
    world.is_unprotected(Kind::Server, is_protected, "deletion")?;
    let deed = Deed::new("delete_server")
        .on(Kind::Server, id)
        .when(When::Begun, move |world| world.set_status(id, Status::Deleting))
        .when(When::Failed, move |world| world.set_status(id, Status::Off))
        .done(move |world| {
            world.forget_server(id);
            world.remove::<Server>(id);
        });
    let action = world.begin(deed);
    Ok(Reply::ok(json!({ "action": world.action(action) })))
}
