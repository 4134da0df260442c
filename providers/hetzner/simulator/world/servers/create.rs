//! Creating servers: what is looked up and refused, and the actions that follow.

use super::{
    super::{
        World,
        call::{Answer, Call, Reply},
        deed::{Deed, When},
        firewalls::Firewall,
        kind::Kind,
        networks::Wish,
        placement_groups::{PlacementGroup, SERVERS_MAX},
        primary_ips::PrimaryIp,
        refusal::Refusal,
        ssh_keys::SshKey,
        volumes::Volume,
    },
    Attachment, Server,
    status::{Life, Status},
    wanted::{self, Public, Wanted},
};
use serde_json::{Value, json};

/// What was found for a server that is wanted.
struct Found {
    server_type: String,
    disk_gb: u64,
    location: &'static str,
    image: u64,
    private: Vec<Attachment>,
}

pub(super) fn create(world: &mut World, call: &Call) -> Answer {
    let wanted = wanted::read(call)?;
    let found = look_up(world, &wanted)?;
    let id = make(world, &wanted, found);
    let action = world.begin(
        Deed::new("create_server")
            .on(Kind::Server, id)
            .when(When::Failed, move |world| world.set_status(id, Status::Off))
            .done(move |world| world.set_status(id, Status::Off)),
    );
    let next = follow(world, &wanted, id, action);
    let password = wanted.ssh_keys.is_empty().then(|| world.draw.word(20));
    let next: Vec<Value> = next.into_iter().map(|id| world.action(id)).collect();
    Ok(Reply::created(json!({
        "server": world.show::<Server>(id),
        "action": world.action(action),
        "next_actions": next,
        "root_password": password,
    })))
}

/// Looks up everything that is named; the error is the first that does not fit.
fn look_up(world: &World, wanted: &Wanted) -> Result<Found, Refusal> {
    world.name_is_free::<Server>(&wanted.name, None)?;
    world.has_room_for::<Server>()?;
    for key in &wanted.ssh_keys {
        let key = world.by_id_or_name::<SshKey>(key);
        key.ok_or_else(|| Refusal::missing("SSH key"))?;
    }
    for firewall in &wanted.firewalls {
        world.find::<Firewall>(*firewall)?;
    }
    let (of, location) = world.placed(&wanted.server_type, wanted.location.as_deref())?;
    let image = world.image_for(&wanted.image, of.architecture, of.disk_gb)?.head.id;
    if let Some(group) = wanted.placement_group {
        world.find::<PlacementGroup>(group)?;
        if world.members_of_group(group).len() >= SERVERS_MAX {
            return Err(Refusal::rule("placement_error", "the placement group is full"));
        }
    }
    check_volumes(world, &wanted.volumes, location)?;
    check_primary_ip(world, wanted.v4, false, location)?;
    check_primary_ip(world, wanted.v6, true, location)?;
    let zone = world.zone_of(location);
    let mut private: Vec<Attachment> = Vec::new();
    for network in &wanted.networks {
        let wish = Wish { network: *network, ..Wish::default() };
        if private.iter().any(|own| own.network == *network) {
            return Err(Refusal::invalid("networks", "a network is given twice"));
        }
        world.overlaps_none(*network, &private)?;
        let ip = world.allocate(&wish, zone)?;
        let (network, alias_ips) = (*network, Vec::new());
        private.push(Attachment { network, ip, alias_ips, is_ready: false });
    }
    let (server_type, disk_gb) = (of.name.clone(), of.disk_gb);
    Ok(Found { server_type, disk_gb, location, image, private })
}

fn check_volumes(world: &World, volumes: &[u64], location: &str) -> Result<(), Refusal> {
    for volume in volumes {
        let volume = world.find::<Volume>(*volume)?;
        if volume.location != location {
            let message = "volume and server are in different locations";
            return Err(Refusal::invalid("volumes", message));
        }
        if volume.server.is_some() {
            let message = "volume is attached to another server";
            return Err(Refusal::rule("volume_already_attached", message));
        }
        world.is_free(Kind::Volume, volume.head.id)?;
    }
    Ok(())
}

fn check_primary_ip(
    world: &World,
    public: Public,
    is_v6: bool,
    location: &str,
) -> Result<(), Refusal> {
    let Some(id) = public.id else { return Ok(()) };
    let ip = world.find::<PrimaryIp>(id)?;
    if ip.address.is_v6() != is_v6 {
        let message = "the primary IP has the wrong version";
        return Err(Refusal::new(412, "primary_ip_version_mismatch", message));
    }
    if ip.assignee.is_some() {
        let message = "the primary IP is assigned to another server";
        return Err(Refusal::rule("primary_ip_assigned", message));
    }
    if ip.location != location {
        let message = "the primary IP is in another location";
        return Err(Refusal::rule("primary_ip_datacenter_mismatch", message));
    }
    world.is_free(Kind::PrimaryIp, id)
}

/// Adds the server, with its addresses and firewalls.
fn make(world: &mut World, wanted: &Wanted, found: Found) -> u64 {
    let head = world.head(&wanted.name, wanted.labels.clone());
    let location = found.location;
    let id = world.insert(Server {
        head,
        life: Life::new(),
        server_type: found.server_type,
        location: location.to_owned(),
        image: Some(found.image),
        iso: None,
        placement_group: wanted.placement_group,
        primary_disk_gb: found.disk_gb,
        private: found.private,
        has_ssh_keys: !wanted.ssh_keys.is_empty(),
        user_data: wanted.user_data.clone(),
        rescue_since_ms: None,
        has_backups: false,
        is_delete_protected: false,
        is_rebuild_protected: false,
    });
    for (public, is_v6) in [(wanted.v4, false), (wanted.v6, true)] {
        match public {
            Public { id: Some(ip), .. } => {
                world.alter(ip, |ip: &mut PrimaryIp| ip.assignee = Some(id));
            }
            Public { is_wanted: true, id: None } => {
                world.primary_ip_for(id, location, is_v6);
            }
            Public { is_wanted: false, id: None } => {}
        }
    }
    for firewall in &wanted.firewalls {
        world.alter(*firewall, |firewall: &mut Firewall| {
            firewall.servers.insert(id);
        });
    }
    id
}

/// Begins what follows the creation, one after the other; the server is started last.
fn follow(world: &mut World, wanted: &Wanted, id: u64, action: u64) -> Vec<u64> {
    let mut next = Vec::new();
    let mut last = action;
    for network in wanted.networks.clone() {
        let deed = Deed::new("attach_to_network").on(Kind::Server, id).after(last);
        last = world.begin(deed.with(Kind::Network, network).done(move |world| {
            world.attachment_is_ready(id, network);
        }));
        next.push(last);
    }
    for volume in wanted.volumes.clone() {
        let deed = Deed::new("attach_volume").on(Kind::Volume, volume).on(Kind::Server, id);
        last = world.begin(deed.after(last).done(move |world| {
            world.alter(volume, |volume: &mut Volume| volume.server = Some(id));
        }));
        next.push(last);
    }
    if wanted.starts {
        let deed = Deed::new("start_server").on(Kind::Server, id).after(last);
        let deed = deed.when(When::Begun, move |world| world.set_status(id, Status::Starting));
        last = world.begin(deed.done(move |world| world.boot(id, 0)));
        next.push(last);
    }
    next
}
