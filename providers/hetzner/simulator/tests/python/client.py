"""Runs calls of the official Python client against a simulator and expects what the API gives.

Usage: python client.py PORT TOKEN
"""

import sys
import time

from attached import attached
from expect import equal, refused
from hcloud import Client
from hcloud.images import Image
from hcloud.locations import Location
from hcloud.networks import NetworkRoute, NetworkSubnet
from hcloud.server_types import ServerType

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHBx7e0Nl0dNhRzVZkXbnPzk8yJ9eXk7HAdwP0wY5mJK me"


def catalogue(client):
    equal(client.locations.get_by_name("fsn1").city, "Falkenstein")
    names = [of.name for of in client.server_types.get_all()]
    assert "cx23" in names and "cx22" not in names, names
    assert client.images.get_by_name_and_architecture("debian-12", "arm")
    assert client.isos.get_all()


def servers(client):
    key = client.ssh_keys.create("me", KEY)
    error = refused("uniqueness_error", lambda: client.ssh_keys.create("other", KEY))
    equal(error.details["fields"][0]["name"], "public_key")
    group = client.placement_groups.create("group", "spread").placement_group
    subnet = NetworkSubnet("10.0.1.0/24", type="cloud", network_zone="eu-central")
    network = client.networks.create("net", "10.0.0.0/16", subnets=[subnet])
    network.add_route(NetworkRoute("10.100.0.0/24", "10.0.1.5")).wait_until_finished()
    made = client.servers.create(
        "web",
        ServerType("cx23"),
        Image(name="debian-12"),
        ssh_keys=[key],
        networks=[network],
        placement_group=group,
        location=Location("fsn1"),
        labels={"env": "test"},
        user_data="#cloud-config",
    )
    equal(made.root_password, None)
    made.action.wait_until_finished()
    for action in made.next_actions:
        action.wait_until_finished()
    server = client.servers.get_by_name("web")
    equal((server.status, server.private_net[0].ip), ("running", "10.0.1.1"))
    equal(len(client.servers.get_all(label_selector="env in (test)")), 1)
    again = lambda: client.servers.create("web", ServerType("cx23"), Image(name="debian-12"))
    refused("uniqueness_error", again)
    changes(client, server, network)
    server.delete().wait_until_finished()
    equal(client.servers.get_all(), [])


def changes(client, server, network):
    larger = lambda: server.change_type(ServerType("cx33"), upgrade_disk=False)
    refused("server_not_stopped", larger)
    server.power_off().wait_until_finished()
    larger().wait_until_finished()
    server.reload()
    equal((server.status, server.server_type.name, server.primary_disk_size), ("running", "cx33", 40))
    server.rebuild(Image(name="debian-13")).action.wait_until_finished()
    server.create_image("first", type="snapshot").action.wait_until_finished()
    equal(client.images.get_all(type="snapshot")[0].description, "first")
    server.change_protection(delete=True, rebuild=True).wait_until_finished()
    refused("protected", server.delete)
    server.change_protection(delete=False, rebuild=False).wait_until_finished()
    server.enable_backup().wait_until_finished()
    server.enable_rescue(type="linux64").action.wait_until_finished()
    server.attach_iso(client.isos.get_all()[0]).wait_until_finished()
    server.detach_iso().wait_until_finished()
    server.change_dns_ptr(server.public_net.ipv4.ip, "web.example.com").wait_until_finished()
    server.detach_from_network(network).wait_until_finished()
    server.attach_to_network(network, ip="10.0.1.9").wait_until_finished()
    server.change_alias_ips(network, ["10.0.1.10"]).wait_until_finished()
    server.reload()
    equal(server.private_net[0].alias_ips, ["10.0.1.10"])
    equal(server.public_net.ipv4.dns_ptr, "web.example.com")
    server.shutdown().wait_until_finished()
    for _ in range(1000):
        server.reload()
        if server.status == "off":
            break
        time.sleep(0.01)
    equal(server.status, "off")


def main():
    port, token = sys.argv[1:]
    endpoint = f"http://127.0.0.1:{port}/v1"
    client = Client(
        token=token, api_endpoint=endpoint, api_endpoint_hetzner=endpoint, poll_interval=0.01
    )
    catalogue(client)
    servers(client)
    attached(client)
    wrong = Client(token="wrong", api_endpoint=endpoint)
    refused("unauthorized", wrong.servers.get_all)


main()
