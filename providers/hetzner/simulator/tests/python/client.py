"""Runs calls of the official Python client against a simulator and expects what the API gives.

Usage: python client.py PORT TOKEN
"""

import sys
import time

from hcloud import APIException, Client
from hcloud.firewalls import FirewallResource, FirewallRule
from hcloud.images import Image
from hcloud.load_balancers import (
    LoadBalancerHealthCheck,
    LoadBalancerService,
    LoadBalancerTarget,
)
from hcloud.locations import Location
from hcloud.networks import NetworkRoute, NetworkSubnet
from hcloud.server_types import ServerType

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHBx7e0Nl0dNhRzVZkXbnPzk8yJ9eXk7HAdwP0wY5mJK me"


def refused(code, call):
    """Expects that a call is refused with a code."""
    try:
        call()
    except APIException as error:
        assert error.code == code, error
        return error
    raise AssertionError(f"{code} was expected")


def equal(found, expected):
    assert found == expected, (found, expected)


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
    addresses(client, server)
    traffic(client, server, network)
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


def addresses(client, server):
    volume = client.volumes.create(10, "data", location=Location("fsn1"), format="ext4")
    volume.action.wait_until_finished()
    volume = volume.volume
    refused("uniqueness_error", lambda: client.volumes.create(10, "data", location=Location("fsn1")))
    volume.attach(server, automount=False).wait_until_finished()
    volume.resize(20).wait_until_finished()
    volume.reload()
    equal((volume.server.id, volume.size, volume.format), (server.id, 20, "ext4"))
    volume.detach().wait_until_finished()
    volume.delete()
    floating = client.floating_ips.create("ipv4", name="float", home_location=Location("fsn1"))
    floating = floating.floating_ip
    floating.assign(server).wait_until_finished()
    floating.change_dns_ptr(floating.ip, "float.example.com").wait_until_finished()
    floating.unassign().wait_until_finished()
    floating.delete()
    primary = client.primary_ips.create(
        type="ipv4", name="own", location=Location("fsn1"), assignee_type="server", auto_delete=False
    ).primary_ip
    primary.change_protection(delete=True).wait_until_finished()
    refused("protected", primary.delete)
    primary.change_protection(delete=False).wait_until_finished()
    primary.delete()


def traffic(client, server, network):
    rule = FirewallRule(direction="in", protocol="tcp", port="443", source_ips=["0.0.0.0/0", "::/0"])
    made = client.firewalls.create("web", rules=[rule])
    firewall = made.firewall
    aim = FirewallResource(type="server", server=server)
    for action in firewall.apply_to_resources([aim]):
        action.wait_until_finished()
    server.reload()
    equal([bound.firewall.id for bound in server.public_net.firewalls], [firewall.id])
    refused("resource_in_use", firewall.delete)
    for action in firewall.remove_from_resources([aim]):
        action.wait_until_finished()
    for action in firewall.set_rules([]):
        action.wait_until_finished()
    firewall.delete()
    kind = client.load_balancer_types.get_by_name("lb11")
    balancer = client.load_balancers.create("front", kind, location=Location("fsn1"))
    balancer.action.wait_until_finished()
    balancer = balancer.load_balancer
    balancer.attach_to_network(network).wait_until_finished()
    target = LoadBalancerTarget(type="server", server=server, use_private_ip=True)
    balancer.add_target(target).wait_until_finished()
    check = LoadBalancerHealthCheck("tcp", 80, 15, 10, 3, None)
    service = LoadBalancerService("tcp", 80, 8080, False, check)
    balancer.add_service(service).wait_until_finished()
    refused("source_port_already_used", lambda: balancer.add_service(service))
    balancer.reload()
    equal((len(balancer.targets), balancer.services[0].destination_port), (1, 8080))
    balancer.delete_service(service).wait_until_finished()
    balancer.remove_target(target).wait_until_finished()
    try:
        balancer.delete()
    except KeyError as error:
        # Clients since 2.27 want an action; the description that we have answers 204.
        equal(error.args, ("action",))
    equal(client.load_balancers.get_all(), [])


def main():
    port, token = sys.argv[1:]
    endpoint = f"http://127.0.0.1:{port}/v1"
    client = Client(
        token=token, api_endpoint=endpoint, api_endpoint_hetzner=endpoint, poll_interval=0.01
    )
    catalogue(client)
    servers(client)
    wrong = Client(token="wrong", api_endpoint=endpoint)
    refused("unauthorized", wrong.servers.get_all)


main()
