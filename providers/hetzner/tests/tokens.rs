//! Tokens that are wrong, that may only read, or that are taken away in the middle.

use super::bench::Bench;
use crate::{Environment, HetznerProvider};
use infra_hetzner_simulator::READING_TOKEN;
use infra_sdk::connection::{Control, Provider as _};

async fn connected(bench: &Bench, token: &str, control: Control) -> Result<(), String> {
    let environment = Environment {
        token: Some(token.to_owned()),
        endpoint: Some(bench.address.clone()),
        endpoint_hetzner: Some(bench.address.clone()),
        ..Environment::default()
    };
    let provider = HetznerProvider::new(environment);
    let connected = provider.connect(bench.config(), control).await;
    connected.map(drop).map_err(|found| {
        let told = format!("{found:?}");
        assert!(!told.contains(token) || token.is_empty(), "the token is told");
        found.code.to_owned()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_known_to_be_wrong_before_anything_begins() {
    let bench = Bench::start().await;
    let changing = || bench.control();
    let reading = || Control { intends_changes: false, ..bench.control() };
    let code = |code: &str| Err(format!("infra::hetzner::{code}"));
    assert_eq!(connected(&bench, READING_TOKEN, reading()).await, Ok(()));
    assert_eq!(connected(&bench, READING_TOKEN, changing()).await, code("token_readonly"));
    assert_eq!(connected(&bench, "nobody", changing()).await, code("token_refused"));
    assert_eq!(connected(&bench, "", changing()).await, code("token_missing"));
    assert_eq!(connected(&bench, "a b", changing()).await, code("token_odd"));
    let kinds =
        bench.simulator.lock(|world| world.objects(infra_hetzner_simulator::Kind::SshKey).len());
    assert_eq!(kinds, 0, "nothing was made by asking");
    assert_eq!(bench.findings(), [""; 0]);
}
