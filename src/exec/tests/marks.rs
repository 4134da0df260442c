//! The mark of the lineage, from the driver to the provider and back.

use crate::bench::*;

fn network(name: &str) -> String {
    format!("resource \"fake_network\" \"{name}\" {{\n  name = \"{name}\"\n}}\n")
}

#[test]
fn what_was_forgotten_is_reported_by_every_refresh_that_sees_it() {
    let bench = Bench::new();
    let both = network("a") + &network("b");
    bench.apply(&[("main.tf", &both)]);
    {
        let world = bench.world.lock().unwrap();
        // The first apply began the state: the connection was made before it had a lineage.
        assert!(world.objects().all(|object| object.lineage == "bench"));
    }
    let forget = "removed {\n  from = fake_network.b\n  lifecycle {\n    destroy = false\n  }\n}\n";
    let plan = bench.apply(&[("main.tf", &(network("a") + forget))]);
    assert!(plan.unrecorded.is_empty(), "it is still recorded");
    for _ in 0..2 {
        let plan = bench.plan(&[("main.tf", &network("a"))]).unwrap();
        let found = &plan.unrecorded[..];
        assert_eq!(found.len(), 1);
        assert_eq!(&*found[0].object.address, "fake_network.b");
        assert_eq!(&*found[0].provider.provider, "fake");
        assert!(plan.is_empty(), "it is no change");
    }
    let import = format!("{both}import {{\n  to = fake_network.b\n  id = \"net-b-1\"\n}}\n");
    bench.apply(&[("main.tf", &import)]);
    assert!(bench.plan(&[("main.tf", &both)]).unwrap().unrecorded.is_empty());
}
