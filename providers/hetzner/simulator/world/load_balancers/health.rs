//! Whether targets are healthy: nobody knows at first, then servers that run are.

use super::{
    LoadBalancer,
    service::Service,
    target::{Aim, Target},
};
use crate::world::World;
use serde_json::{Value, json};

impl World {
    /// Says whether a target is healthy, whatever its server does: an id of a server, or an IP.
    /// None lets it depend on the server again.
    pub fn set_health(&mut self, target: &str, is_healthy: Option<bool>) {
        match is_healthy {
            Some(is_healthy) => self.health.insert(target.to_owned(), is_healthy),
            None => self.health.remove(target),
        };
    }

    /// Returns the health of a target, for each service.
    pub(super) fn health(
        &self,
        of: &LoadBalancer,
        target: &Target,
        server: Option<u64>,
    ) -> Vec<Value> {
        let status = |service: &Service| {
            let first_ms = service.health_check.interval_s * 1_000;
            let since_ms = service.since_ms.max(target.since_ms);
            if self.now_ms() < since_ms.saturating_add(first_ms) {
                return json!({ "listen_port": service.listen_port, "status": "unknown" });
            }
            if self.is_healthy(of, target, server) {
                return json!({ "listen_port": service.listen_port, "status": "healthy" });
            }
            json!({
                "listen_port": service.listen_port,
                "status": "unhealthy",
                "detail": "layer4_no_connection",
            })
        };
        of.services.iter().map(status).collect()
    }

    fn is_healthy(&self, of: &LoadBalancer, target: &Target, server: Option<u64>) -> bool {
        let key = match (&target.aim, server) {
            (Aim::Ip(ip), _) => ip.to_string(),
            (Aim::Server(_) | Aim::Selector(_), server) => {
                server.map_or_else(String::new, |server| server.to_string())
            }
        };
        let is_up = |server: u64| {
            self.is_running(server) && self.is_reachable(of, server, target.uses_private_ip)
        };
        self.health.get(&key).copied().unwrap_or_else(|| server.is_none_or(is_up))
    }
}
