"""Nobody makes the portal call what only the portal reaches: judged after resolving, connected to that very address."""

import socket
from ipaddress import ip_address

import pytest

from portal.webhooks import posting
from portal.webhooks.addresses import may_be_called, opens_everything, read_networks
from tests.webhooks.receiver import Receiver

CLOSED = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.1.1",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.64.0.1",
    "100.127.255.254",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.19.255.254",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::10.0.0.1",
    "100::1",
    "::ffff:0:127.0.0.1",
    "::ffff:0:a00:1",
    "3fff::1",
    "3fff:fff::1",
    "5f00::1",
    "2001::1",
    "2001:0:53aa:64c:0:0:f5ff:fffe",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:a9fe:a9fe::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
OPEN = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "2a00:1450:4001::1"]
URL = "https://crm.example/hooks"


def call(url: str, found: list[str], allowed=(), **fields) -> posting.Result:
    """One call, with what the resolver says."""
    asked = {"body": b"{}", "headers": {}, "seconds": 2.0, "allowed": read_networks(allowed)} | fields
    return posting.post(url, resolver=lambda _host, _port: found, **asked)


@pytest.fixture
def dialled(monkeypatch) -> list[tuple[str, int]]:
    """Where connections would go; none is made."""
    found: list[tuple[str, int]] = []

    def refuse(address, timeout=None):
        found.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    return found


@pytest.mark.parametrize("address", CLOSED)
def test_a_name_that_leads_inside_is_not_called(address, dialled):
    assert not may_be_called(ip_address(address))
    assert call(URL, [address]) == posting.Result(None, "unsafe_address")
    assert dialled == []


@pytest.mark.parametrize("address", OPEN)
def test_a_name_in_the_open_internet_is_called_at_that_very_address(address, dialled):
    assert call(URL, [address]).problem == "no_connection"
    assert dialled == [(address, 443)]


def test_one_address_inside_closes_the_name(dialled):
    assert call(URL, ["1.1.1.1", "10.0.0.1"]).problem == "unsafe_address"
    assert dialled == []


def test_a_name_that_changes_its_mind_is_asked_only_once(dialled):
    answers = [["1.1.1.1"], ["127.0.0.1"]]
    asked = {"body": b"{}", "headers": {}, "seconds": 2.0}
    posting.post(URL, resolver=lambda _host, _port: answers.pop(0), **asked)
    assert dialled == [("1.1.1.1", 443)] and answers == [["127.0.0.1"]]


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "017700000001", "127.1", "0", "localhost", "[::1]"])
def test_odd_spellings_of_this_machine_are_found_out_by_the_machines_own_resolver(host, dialled):
    result = posting.post(f"https://{host}/", body=b"", headers={}, seconds=5.0)
    assert result.problem in ("unsafe_address", "unresolved")
    assert dialled == []


def test_a_named_network_opens_its_addresses_and_no_others():
    allowed = read_networks(["10.20.0.0/16"])
    assert may_be_called(ip_address("10.20.3.4"), allowed)
    assert may_be_called(ip_address("::ffff:10.20.3.4"), allowed)
    assert not may_be_called(ip_address("10.21.3.4"), allowed)


CLOUDS = (
    *("169.254.169.254", "169.254.170.23", "fd00:ec2::254", "::ffff:169.254.169.254", "168.63.129.16"),
    *("fd20:ce::254", "fd00:ec2::23", "fd00:42::42", "192.0.0.192", "fe80::a9fe:a9fe", "fe80::a9fe:a9fe%eth0"),
)


@pytest.mark.parametrize("address", CLOUDS)
def test_no_setting_opens_what_a_cloud_tells_its_machines(address):
    assert not may_be_called(ip_address(address), read_networks(["0.0.0.0/0", "::/0"]))


def test_without_tls_only_a_named_network_is_called(dialled):
    assert call("http://crm.example/", ["1.1.1.1"]).problem == "unsafe_address"
    assert dialled == []
    call("http://crm.example/", ["10.20.0.1"], allowed=["10.20.0.0/16"])
    assert dialled == [("10.20.0.1", 80)]


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    with Receiver() as proxy, Receiver() as receiver:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert call(receiver.url, ["127.0.0.1"], allowed=["127.0.0.1/32"]).status == 200
        assert (len(receiver.got), proxy.got) == (1, [])


def test_a_name_that_nobody_knows_is_said_so():
    assert call(URL, []).problem == "unresolved"


@pytest.mark.parametrize(
    ("network", "wide"),
    [("0.0.0.0/0", True), ("0.0.0.0/1", True), ("::/0", True), ("2000::/3", True), ("10.0.0.0/8", False)],
)
def test_a_network_that_is_everything_is_known(network, wide):
    assert opens_everything(read_networks([network])[0]) is wide
