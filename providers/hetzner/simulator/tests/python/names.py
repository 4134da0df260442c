"""Drives networks, zones, certificates and storage boxes with the official Python client.

Usage: python names.py PORT TOKEN
"""

import sys
from pathlib import Path

from hcloud import APIException, Client
from hcloud.actions import ActionFailedException
from hcloud.locations import Location
from hcloud.networks import NetworkRoute, NetworkSubnet
from hcloud.storage_box_types import StorageBoxType
from hcloud.storage_boxes import (
    StorageBoxAccessSettings,
    StorageBoxSnapshotPlan,
    StorageBoxSubaccountAccessSettings,
)
from hcloud.zones import ZonePrimaryNameserver, ZoneRecord, ZoneRRSet

FOLDER = Path(__file__).parent.parent / "certificates"
PASSWORD = "abcdefgH1234!"


def refused(code, call):
    """Expects that a call is refused with a code."""
    try:
        call()
    except APIException as error:
        assert error.code == code, error
        return error
    raise AssertionError(f"{code} was expected")


def failed(code, action):
    """Expects that an action fails with a code."""
    try:
        action.wait_until_finished()
    except ActionFailedException as error:
        equal(error.action.error["code"], code)
        return
    raise AssertionError(f"{code} was expected")


def equal(found, expected):
    assert found == expected, (found, expected)


def networks(client):
    network = client.networks.create("inner", "10.0.0.0/16", labels={"env": "test"})
    subnet = NetworkSubnet("10.0.1.0/24", type="cloud", network_zone="eu-central")
    network.add_subnet(subnet).wait_until_finished()
    route = NetworkRoute("10.100.0.0/24", "10.0.1.5")
    network.add_route(route).wait_until_finished()
    network.change_ip_range("10.0.0.0/12").wait_until_finished()
    network.change_protection(delete=True).wait_until_finished()
    refused("protected", network.delete)
    network.change_protection(delete=False).wait_until_finished()
    network = client.networks.get_by_name("inner")
    equal((network.ip_range, network.subnets[0].gateway), ("10.0.0.0/12", "10.0.0.1"))
    equal(network.routes[0].destination, "10.100.0.0/24")
    network.delete_route(route).wait_until_finished()
    network.delete_subnet(subnet).wait_until_finished()
    network.update(name="outer", labels={})
    equal([of.name for of in client.networks.get_all()], ["outer"])
    network.delete()
    equal(client.networks.get_all(), [])


def zones(client):
    web = ZoneRRSet(name="www", type="A", records=[ZoneRecord("192.0.2.1", "first")])
    made = client.zones.create(name="example.com", mode="primary", ttl=600, rrsets=[web])
    made.action.wait_until_finished()
    zone = client.zones.get("example.com")
    equal((zone.id, zone.status, zone.record_count), (made.zone.id, "ok", 5))
    equal(zone.authoritative_nameservers.delegation_status, "valid")
    again = lambda: client.zones.create(name="example.com", mode="primary")
    refused("uniqueness_error", again)
    refused("invalid_input", lambda: client.zones.create(name="a.example.com", mode="primary"))
    zone.change_ttl(300).wait_until_finished()
    zone.update(labels={"env": "test"})
    zone.change_protection(delete=True).wait_until_finished()
    refused("protected", zone.delete)
    zone.change_protection(delete=False).wait_until_finished()
    equal([of.ttl for of in client.zones.get_all(label_selector="env")], [300])
    records(zone)
    text = zone.export_zonefile().zonefile
    assert "$ORIGIN\texample.com.\n" in text, text
    zone.import_zonefile(text).wait_until_finished()
    servers = [ZonePrimaryNameserver("198.51.100.1", port=5353)]
    second = client.zones.create(name="example.org", mode="secondary", primary_nameservers=servers)
    second.action.wait_until_finished()
    second = second.zone
    refused("incorrect_zone_mode", second.get_rrset_all)
    refused("incorrect_zone_mode", lambda: second.change_ttl(60))
    servers = [ZonePrimaryNameserver("203.0.113.1")]
    second.change_primary_nameservers(servers).wait_until_finished()
    second = client.zones.get(second.id)
    equal(second.primary_nameservers[0].port, 53)
    second.delete().action.wait_until_finished()
    equal([of.name for of in client.zones.get_all()], ["example.com"])
    return zone


def records(zone):
    text = [ZoneRecord('"v=spf1 -all"')]
    made = zone.create_rrset(name="@", type="TXT", ttl=60, records=text)
    made.action.wait_until_finished()
    refused("uniqueness_error", lambda: zone.create_rrset(name="@", type="TXT", records=text))
    unquoted = [ZoneRecord("v=spf1")]
    refused("invalid_input", lambda: zone.create_rrset(name="a", type="TXT", records=unquoted))
    web = zone.get_rrset("www", "A")
    equal((web.id, web.records[0].comment), ("www/A", "first"))
    web.add_rrset_records([ZoneRecord("192.0.2.2")]).wait_until_finished()
    web.update_rrset_records([ZoneRecord("192.0.2.2", "second")]).wait_until_finished()
    web.remove_rrset_records([ZoneRecord("192.0.2.1")]).wait_until_finished()
    web.change_rrset_ttl(120).wait_until_finished()
    web.reload()
    equal(([of.value for of in web.records], web.ttl), (["192.0.2.2"], 120))
    web.set_rrset_records([ZoneRecord("192.0.2.3")]).wait_until_finished()
    web.update_rrset(labels={"a": "b"})
    web.change_rrset_protection(change=True).wait_until_finished()
    refused("protected", lambda: web.set_rrset_records([ZoneRecord("192.0.2.4")]))
    web.change_rrset_protection(change=False).wait_until_finished()
    equal([of.name for of in zone.get_rrset_all(type=["A"])], ["www"])
    web.delete_rrset().action.wait_until_finished()
    refused("not_found", lambda: zone.get_rrset("www", "A"))


def certificates(client):
    text = (FOLDER / "rsa.crt.pem").read_text()
    key = (FOLDER / "rsa.key.pem").read_text()
    uploaded = client.certificates.create("uploaded", text, key, labels={"a": "b"})
    equal(uploaded.domain_names, ["example.com", "*.example.com"])
    equal(uploaded.not_valid_after.year, 2036)
    refused("invalid_input", lambda: client.certificates.create("wrong", text, "key"))
    made = client.certificates.create_managed("managed", ["example.com", "*.example.com"])
    made.action.wait_until_finished()
    managed = client.certificates.get_by_name("managed")
    equal((managed.type, managed.status.issuance), ("managed", "completed"))
    refused("unsupported_error", managed.retry_issuance)
    lost = client.certificates.create_managed("lost", ["example.net"])
    failed("dns_zone_not_found", lost.action)
    lost = lost.certificate
    lost.reload()
    equal((lost.status.issuance, lost.status.error.code), ("failed", "dns_zone_not_found"))
    client.zones.create(name="example.net", mode="primary").action.wait_until_finished()
    lost.retry_issuance().wait_until_finished()
    for of in client.certificates.get_all():
        of.delete()
    equal(client.certificates.get_all(), [])


def storage_boxes(client):
    size = StorageBoxType(name="bx11")
    make = lambda password: client.storage_boxes.create(
        name="backup",
        password=password,
        location=Location("fsn1"),
        storage_box_type=size,
        access_settings=StorageBoxAccessSettings(ssh_enabled=True),
    )
    refused("invalid_input", lambda: make("weak"))
    made = make(PASSWORD)
    equal(made.storage_box.status, "initializing")
    refused("locked", lambda: made.storage_box.change_protection(delete=True))
    made.action.wait_until_finished()
    box = client.storage_boxes.get_by_name("backup")
    equal((box.status, box.access_settings.ssh_enabled), ("active", True))
    box.change_type(StorageBoxType(name="bx21")).wait_until_finished()
    box.reset_password("another1PASS!").wait_until_finished()
    box.enable_snapshot_plan(StorageBoxSnapshotPlan(3, hour=3, minute=30)).wait_until_finished()
    box.reload()
    equal((box.storage_box_type.name, box.snapshot_plan.hour), ("bx21", 3))
    box.disable_snapshot_plan().wait_until_finished()
    inside(box)
    box.change_protection(delete=True).wait_until_finished()
    refused("protected", box.delete)
    box.change_protection(delete=False).wait_until_finished()
    box.delete().action.wait_until_finished()
    equal(client.storage_boxes.get_all(), [])


def inside(box):
    made = box.create_snapshot(description="first")
    made.action.wait_until_finished()
    snapshot = box.get_snapshot_by_id(made.snapshot.id)
    equal(box.get_snapshot_by_name(snapshot.name).description, "first")
    box.rollback_snapshot(snapshot).wait_until_finished()
    snapshot.delete().action.wait_until_finished()
    equal(box.get_snapshot_all(), [])
    settings = StorageBoxSubaccountAccessSettings(readonly=True)
    made = box.create_subaccount(
        name="reader", home_directory="team/web", password=PASSWORD, access_settings=settings
    )
    made.action.wait_until_finished()
    account = box.get_subaccount_by_name("reader")
    equal(account.username, f"{box.username}-sub1")
    account.change_home_directory("team/mail").wait_until_finished()
    account.reset_password("another1PASS!").wait_until_finished()
    settings = StorageBoxSubaccountAccessSettings(readonly=False)
    account.update_access_settings(settings).wait_until_finished()
    account.update(description="who")
    account.reload()
    equal((account.home_directory, account.access_settings.readonly), ("team/mail", False))
    equal(box.get_folders(path="team").folders, ["mail", "web"])
    account.delete().action.wait_until_finished()
    equal(box.get_subaccount_all(), [])


def main():
    port, token = sys.argv[1:]
    endpoint = f"http://127.0.0.1:{port}/v1"
    client = Client(
        token=token, api_endpoint=endpoint, api_endpoint_hetzner=endpoint, poll_interval=0.01
    )
    networks(client)
    zone = zones(client)
    certificates(client)
    zone.delete().action.wait_until_finished()
    storage_boxes(client)


main()
