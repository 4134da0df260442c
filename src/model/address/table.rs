//! The table that interns addresses for the length of one command.

use super::Address;
use indexmap::IndexSet;

/// An interned address; means something only beside the table that gave it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId(pub u32);

/// Addresses by id and ids by address.
#[derive(Clone, Debug, Default)]
pub struct AddressTable {
    addresses: IndexSet<Address>,
}

impl AddressTable {
    /// Returns the id of an address, giving out a new one at the first sight of it.
    pub fn intern(&mut self, address: Address) -> InstanceId {
        let (index, _) = self.addresses.insert_full(address);
        InstanceId(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// Returns the id of an address that was interned before.
    pub fn find(&self, address: &Address) -> Option<InstanceId> {
        self.addresses
            .get_index_of(address)
            .map(|i| InstanceId(u32::try_from(i).unwrap_or(u32::MAX)))
    }

    /// Returns the address of an id.
    ///
    /// # Panics
    ///
    /// If the id comes from another table, which breaks the invariant of [`InstanceId`].
    pub fn address(&self, id: InstanceId) -> &Address {
        &self.addresses[id.0 as usize]
    }

    /// Returns the number of interned addresses.
    pub fn len(&self) -> usize {
        self.addresses.len()
    }

    /// Returns whether nothing was interned yet.
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }
}
