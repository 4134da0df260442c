//! Random estates over the kinds of the fake cloud, as HCL.

use super::random::Random;

/// One resource block of an estate.
#[derive(Clone, Debug)]
struct Block {
    kind: &'static str,
    name: String,
    size: u64,
    image: u64,
    count: Option<usize>,
    create_before_destroy: bool,
    network: Option<usize>,
    /// It has another label than before, and a `moved` block says so.
    renamed: bool,
}

/// An estate: networks, servers, disks, records and tokens that refer to one another.
#[derive(Clone, Debug)]
pub(super) struct Estate {
    blocks: Vec<Block>,
    /// A provider that lives on the first server, and containers on it.
    hosted: usize,
    /// Records in a zone that is named after the id of a network: their key is known when that is.
    zoned: usize,
    salt: u64,
}

/// A secret that must never be seen in clear.
pub(super) const SECRET: &str = "s3cr3t-of-the-simulation";

/// What every token of the cloud's leases begins with; none is ever seen.
pub(super) const LEASE: &str = "lease-";

pub(super) fn random(random: &mut Random) -> Estate {
    let networks = 1 + random.below(3);
    let mut blocks = Vec::new();
    for number in 0..networks {
        let mut network = block("fake_network", number, random);
        // Servers keep a network in use: only a new one beside it can take its place.
        network.create_before_destroy = true;
        blocks.push(network);
    }
    for number in 0..=random.below(4) {
        let mut server = block("fake_server", number, random);
        server.network = Some(random.below(networks));
        blocks.push(server);
    }
    for kind in ["fake_disk", "fake_record", "fake_token"] {
        for number in 0..random.below(4) {
            blocks.push(block(kind, number, random));
        }
    }
    let hosted = if random.chance(1, 3) { 1 + random.below(2) } else { 0 };
    let zoned = random.below(3);
    Estate { blocks, hosted, zoned, salt: 0 }
}

fn block(kind: &'static str, number: usize, random: &mut Random) -> Block {
    Block {
        kind,
        name: format!("{}{number}", &kind[5..6]),
        size: random.next() % 3,
        image: random.next() % 2,
        count: random.chance(1, 3).then(|| 1 + random.below(3)),
        create_before_destroy: random.chance(1, 5),
        network: None,
        renamed: false,
    }
}

/// The same estate with some of it changed, removed and added.
pub(super) fn changed(before: &Estate, random: &mut Random) -> Estate {
    let mut after = before.clone();
    after.salt = 1;
    for block in &mut after.blocks {
        if random.chance(1, 4) {
            block.size = random.next() % 3;
        }
        if random.chance(1, 6) {
            block.image = random.next() % 2;
        }
        if let Some(count) = &mut block.count {
            *count = 1 + random.below(4);
        }
        // What others refer to keeps its label.
        let is_leaf = !matches!(block.kind, "fake_network" | "fake_server");
        block.renamed |= is_leaf && random.chance(1, 3);
    }
    // Networks and the first server stay: others refer to them.
    let first_server = after.blocks.iter().position(|b| b.kind == "fake_server").unwrap();
    let mut place = after.blocks.len();
    while place > first_server + 1 {
        place -= 1;
        if random.chance(1, 6) {
            after.blocks.remove(place);
        }
    }
    after.zoned = random.below(4);
    if random.chance(1, 2) {
        let number = 10 + random.below(3);
        after.blocks.push(block("fake_record", number, random));
    }
    after
}

impl Estate {
    /// The estate as HCL.
    pub(super) fn hcl(&self) -> String {
        let mut out = String::from("provider \"fake\" {}\n\n");
        for block in &self.blocks {
            out.push_str(&self.block(block));
        }
        if self.hosted > 0 {
            out.push_str(&self.hosted());
        }
        if self.zoned > 0 {
            out.push_str(&self.zoned());
        }
        if self.blocks.len().is_multiple_of(2) {
            out.push_str(&self.leased());
        }
        let first = &self.blocks[0];
        let index = if first.count.is_some() { "[*]" } else { "" };
        out.push_str(&format!(
            "output \"first\" {{\n  value = {}.{}{index}.id\n}}\n",
            first.kind, first.name
        ));
        out
    }

    fn block(&self, block: &Block) -> String {
        let unique = match block.count {
            Some(_) => format!("\"{}-${{count.index}}\"", block.name),
            None => format!("\"{}\"", block.name),
        };
        let count = block.count.map(|c| format!("  count = {c}\n")).unwrap_or_default();
        let body = match block.kind {
            "fake_network" => format!(
                "  name   = {unique}\n  labels = {{ size = \"{}\" }}\n  cidr   = \"10.{}.0.0/16\"\n",
                block.size, block.image
            ),
            "fake_server" => {
                let network = &self.blocks[block.network.unwrap_or(0)];
                let index = if network.count.is_some() { "[0]" } else { "" };
                format!(
                    "  name       = {unique}\n  image      = \"image-{}\"\n  size       = \"{}\"\n  \
                     network_id = fake_network.{}{index}.id\n  password   = \"{SECRET}\"\n",
                    block.image,
                    ["small", "medium", "large"][usize::try_from(block.size).unwrap()],
                    network.name
                )
            }
            "fake_disk" => format!("  name = {unique}\n  size = {}\n", 10 + block.size),
            "fake_record" => {
                let server = self.first_server();
                let index = if server.count.is_some() { "[0]" } else { "" };
                format!(
                    "  name  = {unique}\n  value = fake_server.{}{index}.name\n  ttl   = {}\n",
                    server.name,
                    60 * (1 + block.size)
                )
            }
            _ => format!("  keepers = {{ image = \"{}\" }}\n  note    = {unique}\n", block.image),
        };
        let lifecycle = if block.create_before_destroy
            && block.kind != "fake_disk"
            && block.kind != "fake_record"
        {
            "  lifecycle {\n    create_before_destroy = true\n  }\n"
        } else {
            ""
        };
        let (kind, name) = (block.kind, &block.name);
        if block.renamed {
            return format!(
                "resource \"{kind}\" \"{name}_new\" {{\n{count}{body}{lifecycle}}}\n\n\
                 moved {{\n  from = {kind}.{name}\n  to   = {kind}.{name}_new\n}}\n\n"
            );
        }
        format!("resource \"{kind}\" \"{name}\" {{\n{count}{body}{lifecycle}}}\n\n")
    }

    fn first_server(&self) -> &Block {
        self.blocks.iter().find(|b| b.kind == "fake_server").unwrap()
    }

    /// Something that is given secrets of one run: one that is known when planning, one that is not.
    fn leased(&self) -> String {
        let network = &self.blocks[0];
        let index = if network.count.is_some() { "[0]" } else { "" };
        format!(
            "ephemeral \"fake_lease\" \"early\" {{\n  name   = \"early\"\n  ttl_ms = 3000\n}}\n\n\
             ephemeral \"fake_lease\" \"late\" {{\n  name   = {}.{}{index}.id\n  ttl_ms = 3000\n}}\n\n\
             resource \"fake_values\" \"w\" {{\n  string       = ephemeralasnull(terraform.applying) == null ? \"a\" : \"b\"\n  \
             once         = \"${{ephemeral.fake_lease.early.token}}/${{ephemeral.fake_lease.late.token}}\"\n  \
             once_version = {}\n}}\n\n",
            network.kind, network.name, self.salt
        )
    }

    /// Records whose zone is known once the first network is there; of one in two the rest of the id
    /// does not count, so that a new network leaves its key as it is.
    fn zoned(&self) -> String {
        let network = &self.blocks[0];
        let index = if network.count.is_some() { "[0]" } else { "" };
        format!(
            "resource \"fake_record\" \"zoned\" {{\n  count = {}\n  name  = \"z-${{count.index}}\"\n  \
             value = \"zone\"\n  zone  = count.index % 2 == 0 ? {1} : substr({1}, 0, 3)\n}}\n\n",
            self.zoned,
            format_args!("{}.{}{index}.id", network.kind, network.name)
        )
    }

    /// A provider that is configured from a server of the same estate.
    fn hosted(&self) -> String {
        let server = self.first_server();
        let index = if server.count.is_some() { "[0]" } else { "" };
        format!(
            "provider \"fakehost\" {{\n  server_id = fake_server.{}{index}.id\n}}\n\n\
             resource \"fakehost_container\" \"c\" {{\n  count = {}\n  name  = \"c-${{count.index}}\"\n  \
             image = \"image-0\"\n}}\n\n",
            server.name, self.hosted
        )
    }
}
