//! A token that is revoked in the middle: every later request answers 401, the apply ends with what was
//! and what was not done, and with a good token the next one does the rest.

use super::{Cloud, RESOURCES, books::balance, estate, kills::WHOLE};
use infra_hetzner_simulator::{Effect, Fault};

/// Requests of an apply that makes the estate, of one that changes it, and of one that destroys it, at
/// which the token is revoked.
const MAKING: [u64; 9] = [1, 4, 8, 12, 16, 20, 24, 30, 36];
const CHANGING: [u64; 7] = [1, 6, 9, 12, 16, 22, 30];
const DESTROYING: [u64; 4] = [1, 9, 14, 25];

const REFUSED: &str = "Hetzner does not accept the token";

fn revoked_at(cloud: &Cloud, request: u64) {
    cloud.fault(&Fault::once("* *", Effect::RevokeToken).from(request));
}

#[test]
fn a_token_is_revoked_while_an_estate_is_made() {
    for at in MAKING {
        let cloud = Cloud::start();
        let estate = estate(&cloud);
        revoked_at(&cloud, at);
        let broken = estate.run("apply -auto-approve").exits(1).says(REFUSED);
        let told = format!("revoked at request {at}\n{}", broken.all());
        cloud.requests();
        // Whoever tries again with the same token is told so before anything is begun.
        estate.run("apply -auto-approve").exits(1).says(REFUSED);
        assert_eq!(cloud.writes(), Vec::<String>::new(), "{told}");

        let token = cloud.renewed();
        let applied = estate.run_with("apply -auto-approve", &token);
        assert_eq!(applied.code, Some(0), "{}\n{told}", applied.all());
        assert_eq!(estate.recorded().len(), RESOURCES, "{told}");
        assert_eq!(cloud.objects().len(), WHOLE.len() + 2, "{told}");
        assert_eq!((cloud.boots(), cloud.wiped()), (vec![1, 1], 0), "{told}");
        balance(&cloud, &estate, &told);
        estate.run_with("plan -detailed-exitcode", &token).exits(0);
    }
}

#[test]
fn a_token_is_revoked_while_an_estate_is_changed() {
    for at in CHANGING {
        let cloud = Cloud::start();
        let estate = estate(&cloud);
        estate.apply();
        let change = "apply -auto-approve -var size=20 -var type=cx33";
        revoked_at(&cloud, at);
        let broken = estate.run(change).exits(1).says(REFUSED);
        let told = format!("revoked at request {at}\n{}", broken.all());
        let token = cloud.renewed();
        let applied = estate.run_with(change, &token);
        assert_eq!(applied.code, Some(0), "{}\n{told}", applied.all());
        assert_eq!(cloud.wiped(), 0, "{told}");
        assert_eq!(cloud.statuses(), ["running", "running"], "{}\n{told}", applied.all());
        balance(&cloud, &estate, &told);
        let plan = "plan -detailed-exitcode -var size=20 -var type=cx33";
        estate.run_with(plan, &token).exits(0);
    }
}

#[test]
fn a_token_is_revoked_while_an_estate_is_destroyed() {
    for at in DESTROYING {
        let cloud = Cloud::start();
        let estate = estate(&cloud);
        estate.apply();
        revoked_at(&cloud, at);
        estate.run("destroy -auto-approve").exits(1).says(REFUSED);
        let token = cloud.renewed();
        estate.run_with("destroy -auto-approve", &token).exits(0);
        assert_eq!(cloud.objects(), Vec::<String>::new(), "revoked at request {at}");
        assert_eq!(estate.recorded(), Vec::<String>::new(), "revoked at request {at}");
    }
}
