//! The proxies that the environment names, as Go's programs understand it.
//!
//! The environment itself is read by the command line alone, which hands over what it says.

use std::net::IpAddr;

/// What the environment says of proxies.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For `http` addresses.
    pub http: Option<String>,
    /// For `https` addresses.
    pub https: Option<String>,
    /// Hosts that are reached without, separated by commas.
    pub except: Option<String>,
}

impl std::fmt::Debug for Proxies {
    // An address of a proxy may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxies").finish_non_exhaustive()
    }
}

impl Proxies {
    /// Returns the address of the proxy for a host.
    pub fn of(&self, scheme: &str, host: &str, port: u16) -> Option<String> {
        let proxy = if scheme == "https" { &self.https } else { &self.http };
        let proxy = proxy.as_deref().map(str::trim).filter(|proxy| !proxy.is_empty())?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let ip = host.parse::<IpAddr>().ok();
        let is_here = host == "localhost" || ip.is_some_and(|ip| ip.is_loopback());
        let except = self.except.as_deref().unwrap_or_default();
        if is_here || except.split(',').any(|rule| is_excepted(rule.trim(), &host, ip, port)) {
            return None;
        }
        let has_scheme = proxy.contains("://");
        Some(if has_scheme { proxy.to_owned() } else { format!("http://{proxy}") })
    }
}

fn is_excepted(rule: &str, host: &str, ip: Option<IpAddr>, port: u16) -> bool {
    let rule = rule.to_ascii_lowercase();
    if rule.is_empty() {
        return false;
    }
    if rule == "*" {
        return true;
    }
    if let (Some((network, length)), Some(ip)) = (rule.split_once('/'), ip) {
        return is_inside(network, length, ip) == Some(true);
    }
    let (name, wanted) = match rule.rsplit_once(':') {
        Some((name, wanted)) if !name.contains(':') => (name, wanted.parse::<u16>().ok()),
        _ => (rule.as_str(), None),
    };
    if wanted.is_some_and(|wanted| wanted != port) {
        return false;
    }
    if ip.is_some() || name.parse::<IpAddr>().is_ok() {
        return name.parse::<IpAddr>().ok() == ip;
    }
    let below = name.trim_start_matches('*');
    let suffix = if below.starts_with('.') { below.to_owned() } else { format!(".{below}") };
    host.ends_with(&suffix) || !below.starts_with('.') && host == below
}

fn is_inside(network: &str, length: &str, ip: IpAddr) -> Option<bool> {
    let length: u32 = length.parse().ok()?;
    match (network.parse::<IpAddr>().ok()?, ip) {
        (IpAddr::V4(network), IpAddr::V4(ip)) => {
            let mask = u32::MAX.checked_shl(32_u32.checked_sub(length)?).unwrap_or(0);
            Some(u32::from(network) & mask == u32::from(ip) & mask)
        }
        (IpAddr::V6(network), IpAddr::V6(ip)) => {
            let mask = u128::MAX.checked_shl(128_u32.checked_sub(length)?).unwrap_or(0);
            Some(u128::from(network) & mask == u128::from(ip) & mask)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_excepted_by_name_domain_network_and_port() {
        let proxies = Proxies {
            http: Some("proxy:3128".to_owned()),
            https: None,
            except: Some("a.example, .b.example,10.0.0.0/8,c.example:8080,fd00::/8".to_owned()),
        };
        let direct =
            ["a.example", "x.a.example", "x.b.example", "10.1.2.3", "localhost", "[fd00::1]"];
        for host in direct.into_iter().chain(["127.0.0.1", "::1", "C.example"]) {
            assert_eq!(proxies.of("http", host, 8080), None, "{host}");
        }
        for host in ["example", "b.example", "11.0.0.1", "xa.example"] {
            let found = proxies.of("http", host, 80);
            assert_eq!(found.as_deref(), Some("http://proxy:3128"), "{host}");
        }
        assert!(proxies.of("http", "c.example", 80).is_some());
        assert_eq!(proxies.of("https", "example", 443), None);
        assert!(!format!("{proxies:?}").contains("3128"));
    }
}
