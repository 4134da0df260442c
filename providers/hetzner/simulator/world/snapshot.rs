//! The whole world as JSON: what the API shows, and the counters that it never shows.

use super::{World, families::OBJECTS};
use serde_json::{Map, Value, json};

impl World {
    /// Returns everything that there is, by sort; images of the API's owner are left out.
    pub fn snapshot(&self) -> Value {
        let mut objects = Map::new();
        for sort in OBJECTS {
            let shown = (sort.ids)(self).into_iter().map(|id| (sort.show)(self, id));
            let is_ours = |value: &Value| !matches!(value["type"].as_str(), Some("system" | "app"));
            objects.insert(sort.kind.plural(), shown.filter(is_ours).collect());
        }
        let counters = self.servers.keys().map(|id| (id.to_string(), json!(self.counters(*id))));
        let epochs = self.storage_boxes.keys().map(|id| (id.to_string(), self.data_epoch(*id)));
        let epochs = epochs.map(|(id, epoch)| (id, json!({ "data_epoch": epoch })));
        let counters: Map<String, Value> = counters.chain(epochs).collect();
        json!({ "now_ms": self.now_ms(), "objects": objects, "counters": counters })
    }
}
