//! What fits together: types and locations, images and types, what is in stock.

use super::super::{
    World, catalogue::ServerType, images::Image, refusal::Refusal, store::Resource as _,
};

impl World {
    /// Finds the type of a new server, and its location if none is given.
    pub(super) fn placed(
        &self,
        server_type: &str,
        location: Option<&str>,
    ) -> Result<(&ServerType, &'static str), Refusal> {
        let wrong = |message: &str| Refusal::invalid("server_type", message);
        let of = self.catalogue.server_type(server_type);
        let of = of.ok_or_else(|| wrong("server type not found"))?;
        if of.is_gone(self.now_ms) && !self.is_outside {
            return Err(wrong("server type is deprecated and no longer available"));
        }
        let location = if let Some(name) = location {
            let found = self.catalogue.location(name).map(|at| at.name);
            found.ok_or_else(|| Refusal::invalid("location", "location not found"))?
        } else {
            let mut places = of.locations.iter();
            let free = places.find(|at| self.is_in_stock(of, at.name).is_ok());
            free.ok_or_else(no_room)?.name
        };
        self.is_on_offer(of, location).map_err(wrong)?;
        self.is_in_stock(of, location)?;
        Ok((of, location))
    }

    /// Returns whether a type can be ordered in a location; the error says why not.
    pub(super) fn is_on_offer(&self, of: &ServerType, location: &str) -> Result<(), &'static str> {
        let at = of.at(location).ok_or("unsupported location for server type")?;
        if at.is_gone(self.now_ms) && !self.is_outside {
            return Err("server type is deprecated in this location");
        }
        Ok(())
    }

    /// Returns whether there is a server of a type left in a location.
    pub(super) fn is_in_stock(&self, of: &ServerType, location: &str) -> Result<(), Refusal> {
        let is_available = of.at(location).is_some_and(|at| at.is_available);
        let is_out = self.mischief.is_out_of_stock(&of.name, location);
        if (is_available && !is_out) || self.is_outside { Ok(()) } else { Err(no_room()) }
    }

    /// Finds an image, by id or by name, for a type and a disk.
    pub(super) fn image_for(
        &self,
        image: &str,
        architecture: &str,
        disk_gb: u64,
    ) -> Result<&Image, Refusal> {
        let wrong = |message: &str| Refusal::invalid("image", message);
        let by_name = |own: &&Image| own.head().name == image && !image.is_empty();
        let mut named = self.images.values().filter(by_name);
        let any = named.clone().next();
        let found = image.parse().ok().and_then(|id: u64| self.images.get(&id));
        let found = found.or_else(|| named.find(|own| own.architecture == architecture)).or(any);
        let found = found.ok_or_else(|| wrong("image not found"))?;
        if found.architecture != architecture {
            return Err(wrong("image and server type have different architectures"));
        }
        if !found.is_available {
            return Err(wrong("image is not available yet"));
        }
        if found.disk_gb > disk_gb {
            return Err(wrong("image does not fit on the disk"));
        }
        Ok(found)
    }
}

fn no_room() -> Refusal {
    Refusal::unavailable("error during placement")
}
