//! Blocks of addresses: `cidrcontains cidrhost cidrnetmask cidrsubnet cidrsubnets`.

use super::{
    Body, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{NOT_WHOLE, fail, number, strings, text},
};
use infra_model::{number::Number, value::Value};
use std::net::{Ipv4Addr, Ipv6Addr};

const PREFIX: Parameter = Parameter::new("prefix", Shape::String);

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "cidrcontains",
        "Whether a network holds an address or another network.",
        &[
            Parameter::new("containing_prefix", Shape::String),
            Parameter::new("contained_ip_or_prefix", Shape::String),
        ],
        Body::Plain(cidrcontains),
    )
    .returns(Shape::Bool),
    Function::new(
        "cidrhost",
        "The address of a host in a network, by its number.",
        &[PREFIX, Parameter::new("hostnum", Shape::Number)],
        Body::Plain(cidrhost),
    ),
    Function::new(
        "cidrnetmask",
        "The mask of an IPv4 network.",
        &[PREFIX],
        Body::Plain(cidrnetmask),
    ),
    Function::new(
        "cidrsubnet",
        "A network inside another one, by its number.",
        &[
            PREFIX,
            Parameter::new("newbits", Shape::Number),
            Parameter::new("netnum", Shape::Number),
        ],
        Body::Plain(cidrsubnet),
    ),
    Function::new(
        "cidrsubnets",
        "Networks one after the other inside another one.",
        &[PREFIX],
        Body::Plain(cidrsubnets),
    )
    .variadic(Parameter::new("newbits", Shape::Number))
    .returns(Shape::Strings),
];

/// The bits that one of `cidrsubnets` may add.
const ADDED_BITS_MAX: i64 = 32;

/// A block of addresses: the first of them, as an integer, and the bits that all share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Block {
    first: u128,
    shared: u32,
    width: u32,
}

impl Block {
    /// Reads `10.0.0.0/8`; bits behind the prefix are dropped, leading zeros count for nothing.
    fn parse(text: &str) -> Result<Self, FunctionError> {
        Self::read(text).ok_or_else(|| {
            let problem = format!("invalid CIDR expression: invalid CIDR address: {text}");
            FunctionError::call(problem)
        })
    }

    fn read(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let (first, width) = address_bits(address)?;
        let shared = decimal(prefix).filter(|shared| *shared <= width)?;
        // IPv4 written as IPv6 is IPv4.
        let mapped = width == 128 && first >> 32 == 0xffff && shared >= 96;
        let (shared, width) = if mapped { (shared - 96, 32) } else { (shared, width) };
        let first = if mapped { first & ones(32) } else { first };
        Some(Self { first, shared, width }.aligned())
    }

    /// Returns this from the first of its addresses on.
    fn aligned(self) -> Self {
        Self { first: self.first & !self.host_mask(), ..self }
    }

    fn host_mask(self) -> u128 {
        ones(self.width - self.shared)
    }

    fn last(self) -> u128 {
        self.first | self.host_mask()
    }

    fn text(self) -> String {
        format!("{}/{}", address_text(self.first, self.width), self.shared)
    }
}

/// Returns a number of that many one bits.
fn ones(bits: u32) -> u128 {
    u128::MAX.checked_shr(128 - bits).unwrap_or(0)
}

fn address_text(address: u128, width: u32) -> String {
    match u32::try_from(address) {
        Ok(address) if width == 32 => Ipv4Addr::from(address).to_string(),
        _ => Ipv6Addr::from(address).to_string(),
    }
}

fn decimal(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn address_bits(text: &str) -> Option<(u128, u32)> {
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().ok().map(|address| (u128::from(address), 128));
    }
    let octets: Option<Vec<u32>> =
        text.split('.').map(|part| decimal(part).filter(|octet| *octet < 256)).collect();
    let octets = octets.filter(|octets| octets.len() == 4)?;
    Some((octets.iter().fold(0, |all, octet| all << 8 | u128::from(*octet)), 32))
}

/// An integer of an argument that may be beyond 128 bits.
enum Integer {
    Negative(u128),
    Positive(u128),
    Huge,
}

fn integer(value: &Number) -> Result<Integer, FunctionError> {
    if !value.is_integer() {
        return Err(FunctionError::call("value must be a whole number"));
    }
    let magnitude = value.abs().to_string().parse::<u128>().ok();
    Ok(match magnitude.filter(|magnitude| *magnitude < 1 << 127) {
        Some(magnitude) if value.is_negative() => Integer::Negative(magnitude),
        Some(magnitude) => Integer::Positive(magnitude),
        None if value.is_zero() => Integer::Positive(0),
        None => match value.to_string().parse::<u128>() {
            Ok(magnitude) => Integer::Positive(magnitude),
            Err(_) => Integer::Huge,
        },
    })
}

fn cidrhost(arguments: &[Value]) -> Outcome {
    let block = Block::parse(text(arguments, 0))?;
    let wanted = number(arguments, 1);
    let refused = |shown: String| {
        fail(format!("prefix of {} does not accommodate a host numbered {shown}", block.shared))
    };
    let mask = block.host_mask();
    let host = match integer(wanted)? {
        Integer::Positive(host) if host <= mask => host,
        // The last address is -1.
        Integer::Negative(back) if back.checked_sub(1).is_some_and(|back| back <= mask) => {
            mask - (back - 1)
        }
        Integer::Negative(back) => {
            let beyond = mask.checked_add(1).map(|size| back - size);
            return refused(beyond.map_or_else(|| wanted.to_string(), |by| format!("-{by}")));
        }
        Integer::Positive(_) | Integer::Huge => return refused(wanted.to_string()),
    };
    Ok(Value::string(address_text(block.first | host, block.width)))
}

fn cidrnetmask(arguments: &[Value]) -> Outcome {
    let block = Block::parse(text(arguments, 0))?;
    if text(arguments, 0).contains(':') && block.width == 32 {
        return Ok(Value::string(Ipv6Addr::from(!block.host_mask()).to_string()));
    }
    if block.width != 32 {
        return fail(format!("IPv6 addresses cannot have a netmask: {}", text(arguments, 0)));
    }
    Ok(Value::string(address_text(!block.host_mask() & ones(32), 32)))
}

fn cidrsubnet(arguments: &[Value]) -> Outcome {
    let block = Block::parse(text(arguments, 0))?;
    let Some(bits) = number(arguments, 1).to_i64() else { return fail(NOT_WHOLE) };
    let wanted = number(arguments, 2);
    let index = integer(wanted)?;
    if bits > i64::from(block.width - block.shared) {
        let shared = block.shared;
        return fail(format!("insufficient address space to extend prefix of {shared} by {bits}"));
    }
    // A negative extension widens the block; any number is then taken, as it is by Terraform.
    let Ok(shared) = u32::try_from(i64::from(block.shared).saturating_add(bits)) else {
        return fail(format!("the prefix of {} cannot be extended by {bits}", block.shared));
    };
    let index_max = u32::try_from(bits).map_or(u128::from(u64::MAX), ones);
    let offset = |index: u128| index.checked_shl(block.width - shared).unwrap_or(0);
    let first = match index {
        Integer::Positive(index) if index <= index_max => block.first | offset(index),
        Integer::Negative(index) if index <= index_max => below_zero(block.first, offset(index)),
        Integer::Positive(_) | Integer::Negative(_) | Integer::Huge => {
            return fail(format!(
                "prefix extension of {bits} does not accommodate a subnet numbered {wanted}"
            ));
        }
    };
    Ok(Value::string(Block { first, shared, ..block }.text()))
}

/// Returns the magnitude of `first | -offset` over integers without end; `offset` is not zero.
///
/// Terraform has no subnets numbered from the end: it does this to a negative number, and what
/// comes out of it may lie outside of the block.
fn below_zero(first: u128, offset: u128) -> u128 {
    ((offset - 1) & !first) + 1
}

fn cidrsubnets(arguments: &[Value]) -> Outcome {
    let block =
        Block::parse(text(arguments, 0)).map_err(|error| FunctionError::at(0, error.message))?;
    let mut found = Vec::new();
    let mut previous: Option<Block> = None;
    for index in 1..arguments.len() {
        let shared = extended(block, number(arguments, index))
            .map_err(|problem| FunctionError::at(index, problem))?;
        let size = ones(block.width - shared);
        let next = match previous {
            // Terraform steps back by one subnet first, and nothing comes before the first address.
            None if block.first == 0 => {
                let last = ones(block.width) & !size;
                previous = Some(Block { first: last, shared, ..block });
                None
            }
            None => Some(block.first),
            // The next address that such a subnet can start at.
            Some(previous) => {
                let free = previous.last().checked_add(1);
                free.and_then(|free| free.checked_add(size)).map(|end| end & !size)
            }
        };
        let next = next.filter(|first| *first <= block.last());
        let Some(first) = next else {
            let after = previous.map_or_else(String::new, Block::text);
            let problem = format!(
                "not enough remaining address space for a subnet with a prefix of {shared} bits \
                 after {after}"
            );
            return Err(FunctionError::at(index, problem));
        };
        let subnet = Block { first, shared, ..block };
        found.push(subnet.text());
        previous = Some(subnet);
    }
    Ok(strings(found))
}

/// Returns the length of a prefix with more bits.
fn extended(block: Block, bits: &Number) -> Result<u32, String> {
    let bits = bits.to_i64().ok_or(NOT_WHOLE)?;
    if bits < 1 {
        return Err("must extend prefix by at least one bit".to_owned());
    }
    if bits > ADDED_BITS_MAX {
        return Err(format!("may not extend prefix by more than {ADDED_BITS_MAX} bits"));
    }
    let shared = block.shared + u32::try_from(bits).unwrap_or(0);
    if shared > block.width {
        let protocol = if block.width == 32 { "IPv4" } else { "IPv6" };
        return Err(format!(
            "would extend prefix to {shared} bits, which is too long for an {protocol} address"
        ));
    }
    Ok(shared)
}

fn cidrcontains(arguments: &[Value]) -> Outcome {
    let outer = Block::parse(text(arguments, 0))?;
    let given = text(arguments, 1);
    let inner = if given.contains('/') {
        Block::read(given)
    } else {
        address_bits(given).map(|(first, width)| Block { first, shared: width, width })
    };
    let Some(inner) = inner else {
        return fail(format!("invalid IP address or prefix: {given}"));
    };
    if inner.width != outer.width {
        return fail(format!("address family mismatch: {} vs. {given}", text(arguments, 0)));
    }
    Ok(Value::from(inner.first >= outer.first && inner.last() <= outer.last()))
}
