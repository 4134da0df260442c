//! What is on offer: locations, types of servers, load balancers and storage boxes, ISOs, prices.
//!
//! Names, sizes and generations are like the real ones. All prices are fictional, and so are the
//! dates of retirement that lie in the future.

mod balancers;
mod boxes;
mod images;
mod isos;
mod locations;
mod price;
mod servers;

pub use self::{
    balancers::LoadBalancerType,
    boxes::StorageBoxType,
    isos::Iso,
    locations::Location,
    price::Price,
    servers::{Retirement, ServerType, TypeAt},
};
pub(crate) use self::{images::SYSTEM_IMAGES, price::traffic};

/// What is on offer; tests may change it.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// The locations.
    pub locations: Vec<Location>,
    /// The types of servers, retired ones included.
    pub server_types: Vec<ServerType>,
    /// The types of load balancers.
    pub load_balancer_types: Vec<LoadBalancerType>,
    /// The types of storage boxes.
    pub storage_box_types: Vec<StorageBoxType>,
    /// The ISOs.
    pub isos: Vec<Iso>,
}

impl Catalogue {
    pub(crate) fn new() -> Self {
        Self {
            locations: locations::all(),
            server_types: servers::all(),
            load_balancer_types: balancers::all(),
            storage_box_types: boxes::all(),
            isos: isos::all(),
        }
    }

    /// Finds a location by name or id.
    pub fn location(&self, name: &str) -> Option<&Location> {
        self.locations.iter().find(|at| at.name == name || at.id.to_string() == name)
    }

    /// Finds a type of servers by name or id.
    pub fn server_type(&self, name: &str) -> Option<&ServerType> {
        self.server_types.iter().find(|of| of.name == name || of.id.to_string() == name)
    }

    /// Finds a type of storage boxes by name or id.
    pub fn storage_box_type(&self, name: &str) -> Option<&StorageBoxType> {
        self.storage_box_types.iter().find(|of| of.name == name || of.id.to_string() == name)
    }

    /// Finds a type of load balancers by name or id.
    pub fn load_balancer_type(&self, name: &str) -> Option<&LoadBalancerType> {
        self.load_balancer_types.iter().find(|of| of.name == name || of.id.to_string() == name)
    }

    /// Says whether servers of a type can be had in a location, and tells it in the list of types;
    /// the fault [`super::Effect::StockOut`] does not tell.
    pub fn set_available(&mut self, server_type: &str, location: &str, is_available: bool) {
        let types = self.server_types.iter_mut().filter(|of| of.name == server_type);
        for at in types.flat_map(|of| of.locations.iter_mut()).filter(|at| at.name == location) {
            at.is_available = is_available;
        }
    }
}
