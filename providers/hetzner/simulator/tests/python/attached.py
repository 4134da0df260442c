"""What is attached to servers, assigned to them, or in front of them."""

from expect import equal, refused
from hcloud.firewalls import FirewallResource, FirewallResourceLabelSelector, FirewallRule
from hcloud.images import Image
from hcloud.load_balancer_types import LoadBalancerType
from hcloud.load_balancers import (
    LoadBalancerAlgorithm,
    LoadBalancerHealthCheck,
    LoadBalancerService,
    LoadBalancerTarget,
    LoadBalancerTargetLabelSelector,
)
from hcloud.locations import Location
from hcloud.networks import NetworkSubnet
from hcloud.server_types import ServerType


def attached(client):
    server = machine(client, "host")
    volumes(client, server)
    floating_ips(client, server)
    firewalls(client, server)
    load_balancers(client, server)
    primary_ips(client, server)
    server.delete().wait_until_finished()


def machine(client, name):
    made = client.servers.create(
        name,
        ServerType("cx23"),
        Image(name="debian-12"),
        location=Location("fsn1"),
        labels={"role": "web"},
    )
    for action in [made.action, *made.next_actions]:
        action.wait_until_finished()
    return made.server


def volumes(client, server):
    made = client.volumes.create(10, "data", server=server, format="ext4", automount=True)
    for action in [made.action, *made.next_actions]:
        action.wait_until_finished()
    volume = client.volumes.get_by_name("data")
    equal((volume.status, volume.server.id, volume.format), ("available", server.id, "ext4"))
    refused("service_error", volume.delete)
    volume.resize(20).wait_until_finished()
    volume.detach().wait_until_finished()
    volume.attach(server).wait_until_finished()
    volume.detach().wait_until_finished()
    volume.change_protection(delete=True).wait_until_finished()
    refused("protected", volume.delete)
    volume.change_protection(delete=False).wait_until_finished()
    equal(volume.update(name="other", labels={"a": "b"}).labels, {"a": "b"})
    assert volume.delete()
    equal(client.volumes.get_all(), [])
    alone = client.volumes.create(10, "alone", location=client.locations.get_by_name("nbg1"))
    equal(alone.volume.location.name, "nbg1")
    alone.action.wait_until_finished()
    refused("invalid_input", lambda: alone.volume.attach(server))


def floating_ips(client, server):
    made = client.floating_ips.create("ipv4", name="float", server=server, description="web")
    made.action.wait_until_finished()
    ip = client.floating_ips.get_by_name("float")
    equal((ip.server.id, ip.home_location.name), (server.id, "fsn1"))
    refused("must_be_unassigned", ip.delete)
    ip.change_dns_ptr(ip.ip, "float.example.com").wait_until_finished()
    ip.unassign().wait_until_finished()
    ip.assign(server).wait_until_finished()
    refused("floating_ip_assigned", lambda: ip.assign(server))
    ip.unassign().wait_until_finished()
    equal(ip.update(description="none").description, "none")
    assert ip.delete()


def firewalls(client, server):
    rule = FirewallRule("in", "tcp", ["0.0.0.0/0"], port="22", description="ssh")
    made = client.firewalls.create("wall", rules=[rule], resources=[FirewallResource("server", server)])
    for action in made.actions:
        action.wait_until_finished()
    wall = client.firewalls.get_by_name("wall")
    equal((wall.rules[0].port, wall.applied_to[0].server.id), ("22", server.id))
    refused("resource_in_use", wall.delete)
    for action in wall.set_rules([rule, FirewallRule("out", "icmp", destination_ips=["::/0"])]):
        action.wait_until_finished()
    selector = FirewallResource(
        FirewallResource.TYPE_LABEL_SELECTOR,
        label_selector=FirewallResourceLabelSelector("role=web"),
    )
    for action in wall.remove_from_resources([FirewallResource("server", server)]):
        action.wait_until_finished()
    for action in wall.apply_to_resources([selector]):
        action.wait_until_finished()
    wall.reload()
    equal(wall.applied_to[0].applied_to_resources[0].server.id, server.id)
    managed = lambda: wall.remove_from_resources([FirewallResource("server", server)])
    refused("firewall_managed_by_label_selector", managed)
    for action in wall.remove_from_resources([selector]):
        action.wait_until_finished()
    assert wall.delete()


def load_balancers(client, server):
    subnet = NetworkSubnet("10.5.1.0/24", type="cloud", network_zone="eu-central")
    network = client.networks.create("inner", "10.5.0.0/16", subnets=[subnet])
    server.attach_to_network(network).wait_until_finished()
    check = LoadBalancerHealthCheck("tcp", 80, 15, 10, 3)
    service = LoadBalancerService("tcp", 80, 80, False, check)
    made = client.load_balancers.create(
        "front",
        LoadBalancerType(name="lb11"),
        algorithm=LoadBalancerAlgorithm("least_connections"),
        services=[service],
        targets=[LoadBalancerTarget("server", server, use_private_ip=False)],
        location=Location("fsn1"),
    )
    made.action.wait_until_finished()
    front = client.load_balancers.get_by_name("front")
    equal((front.services[0].listen_port, front.targets[0].server.id), (80, server.id))
    refused("source_port_already_used", lambda: front.add_service(service))
    front.attach_to_network(network).wait_until_finished()
    labels = LoadBalancerTarget(
        "label_selector",
        label_selector=LoadBalancerTargetLabelSelector("role=web"),
        use_private_ip=True,
    )
    front.add_target(labels).wait_until_finished()
    refused("targets_without_use_private_ip", front.disable_public_interface)
    front.remove_target(LoadBalancerTarget("server", server)).wait_until_finished()
    front.disable_public_interface().wait_until_finished()
    front.enable_public_interface().wait_until_finished()
    service.destination_port = 8080
    front.update_service(service).wait_until_finished()
    front.change_algorithm(LoadBalancerAlgorithm("round_robin")).wait_until_finished()
    front.change_type(client.load_balancer_types.get_by_name("lb21")).wait_until_finished()
    front.change_dns_ptr(front.public_net.ipv4.ip, "lb.example.com").wait_until_finished()
    front.reload()
    equal((front.load_balancer_type.name, front.private_net[0].network.id), ("lb21", network.id))
    equal(front.services[0].destination_port, 8080)
    front.remove_target(labels).wait_until_finished()
    front.delete_service(service).wait_until_finished()
    front.detach_from_network(network).wait_until_finished()
    front.delete().action.wait_until_finished()
    equal(client.load_balancers.get_all(), [])
    server.detach_from_network(network).wait_until_finished()
    network.delete()


def primary_ips(client, server):
    made = client.primary_ips.create(
        "ipv4", "own", location=client.locations.get_by_name("fsn1"), assignee_type="server"
    )
    ip = made.primary_ip
    refused("server_not_stopped", lambda: ip.assign(server.id, "server"))
    server.power_off().wait_until_finished()
    refused("server_has_ipv4", lambda: ip.assign(server.id, "server"))
    server.reload()
    former = server.public_net.primary_ipv4
    former.unassign().wait_until_finished()
    ip.assign(server.id, "server").wait_until_finished()
    refused("must_be_unassigned", ip.delete)
    ip.change_dns_ptr(ip.ip, "own.example.com").wait_until_finished()
    equal(ip.update(auto_delete=True).auto_delete, True)
    refused("invalid_input", lambda: ip.change_protection(delete=True))
    server.reload()
    equal((server.public_net.ipv4.ip, server.public_net.ipv4.dns_ptr), (ip.ip, "own.example.com"))
    assert former.delete()
