//! Servers as those see them that are attached to servers, assigned to them or aimed at them.

use super::{World, kind::Kind, refusal::Refusal, servers::Server, store::Resource as _};

impl World {
    /// Finds a server that a body names, on which nothing runs.
    pub(crate) fn host(&self, server: u64) -> Result<&Server, Refusal> {
        let host = self.find::<Server>(server)?;
        self.is_free(Kind::Server, server)?;
        Ok(host)
    }

    /// Returns the location of a server.
    pub(crate) fn site_of(&self, server: u64) -> Result<String, Refusal> {
        Ok(self.find::<Server>(server)?.location.clone())
    }

    /// Returns whether a server is there.
    pub(crate) fn has_server(&self, server: u64) -> bool {
        Server::table(self).contains_key(&server)
    }

    /// Refuses a server that is not off.
    pub(crate) fn is_off(&self, server: u64) -> Result<(), Refusal> {
        if self.find::<Server>(server)?.is_off() || self.is_outside {
            return Ok(());
        }
        let message = "the server is running, but needs to be powered off";
        Err(Refusal::rule("server_not_stopped", message))
    }

    /// Returns whether a server runs.
    pub(crate) fn is_running(&self, server: u64) -> bool {
        let server = Server::table(self).get(&server);
        server.is_some_and(|server| server.life.status().word() == "running")
    }

    /// Returns whether a server has an address in the public net.
    pub(crate) fn is_public(&self, server: u64) -> bool {
        [false, true].iter().any(|is_v6| self.primary_ip_of(server, *is_v6).is_some())
    }

    /// Returns whether a server is attached to a network.
    pub(crate) fn is_in(&self, server: u64, network: u64) -> bool {
        let server = Server::table(self).get(&server);
        server.is_some_and(|server| server.attachment(network).is_some())
    }
}
