//! Sweeping away what a test made, by its label or name.

use super::Bench;
use crate::bridge;
use bollard::query_parameters::{RemoveContainerOptions, RemoveVolumeOptions};
use serde_json::Value as Json;

impl Bench {
    pub(in crate::tests) async fn sweep(&self) {
        let is_ours = |labels: Option<&Json>| {
            labels.and_then(|l| l.get("infra.test")).and_then(Json::as_str) == Some(&self.run)
        };
        let engine = self.engine();
        for container in crate::container::lifecycle::list(&engine).await.unwrap() {
            if is_ours(container.get("Labels")) {
                let options = RemoveContainerOptions { v: true, force: true, link: false };
                let id = bridge::text(&container, "Id").unwrap();
                self.docker.remove_container(id, Some(options)).await.ok();
            }
        }
        for network in crate::network::requests::list(&engine).await.unwrap() {
            if is_ours(network.get("Labels")) {
                self.docker.remove_network(bridge::text(&network, "Id").unwrap()).await.ok();
            }
        }
        for volume in crate::volume::requests::list(&engine).await.unwrap() {
            if is_ours(volume.get("Labels")) {
                let name = bridge::text(&volume, "Name").unwrap();
                self.docker.remove_volume(name, None::<RemoveVolumeOptions>).await.ok();
            }
        }
    }

    pub(in crate::tests) async fn sweep_images(&self) {
        let options = None::<bollard::query_parameters::ListImagesOptions>;
        for image in self.docker.list_images(options).await.unwrap() {
            let names = image.repo_tags.iter().chain(&image.repo_digests);
            for name in names.filter(|name| name.contains(&self.run)) {
                self.remove_image(name).await;
            }
        }
    }
}
