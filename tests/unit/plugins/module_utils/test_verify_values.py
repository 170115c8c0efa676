# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times that can't be read, service addresses that can't work, and files that can't be kept."""

from __future__ import annotations

import pathlib
import xml.etree.ElementTree as ET

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import (
    hosts,
    look,
    service_address,
    storage,
    times,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.service_address import Surroundings

# --- times -----------------------------------------------------------------------------------------------------------


def timed(operation: str = "", options: str = "", meta: str = "", properties: str = "", defaults: str = "") -> str:
    return (
        f'<cib><configuration><crm_config><cluster_property_set id="cib-bootstrap-options">{properties}'
        '</cluster_property_set></crm_config><nodes/><resources><primitive id="f" class="stonith" type="fence_xvm">'
        f'<instance_attributes id="f-i">{options}</instance_attributes><meta_attributes id="f-m">{meta}'
        f'</meta_attributes><operations><op id="o" name="monitor" {operation or "interval="}'
        f"{'' if operation else chr(34) + '60s' + chr(34)}/></operations></primitive></resources><constraints/>"
        f'<op_defaults><meta_attributes id="od">{defaults}</meta_attributes></op_defaults></configuration></cib>'
    )


def pair(name: str, value: str) -> str:
    return f'<nvpair id="{name}" name="{name}" value="{value}"/>'


def time_findings(text: str) -> list[tuple[str, str]]:
    return [(item.id, item.evidence) for item in times.lint(ET.fromstring(text), parse_cib(text))]


READABLE = {
    "seconds": timed('interval="60s" timeout="20"'),
    "all units": timed('interval="1h" timeout="2 min"', pair("pcmk_reboot_timeout", "90000ms")),
    "whole words": timed('interval="5 minutes" timeout="30 seconds"'),
    "ISO for an interval": timed('interval="PT1M"'),
    "never": timed('interval="0"'),
    "delays by node": timed(options=pair("pcmk_delay_base", "node1:0s;node2:10s")),
    "a watchdog's own": timed(properties=pair("stonith-watchdog-timeout", "-1")),
    "what is not a duration": timed(options=pair("ip_family", "-5s")),
    "of the defaults": timed(defaults=pair("timeout", "2min")),
    "of the cluster": timed(properties=pair("cluster-recheck-interval", "PT15M")),
}


@pytest.mark.parametrize("name", READABLE)
def test_time_that_can_be_read_has_no_finding(name: str) -> None:
    assert time_findings(READABLE[name]) == []


def test_time_of_an_alerts_recipient_is_read_as_well() -> None:
    recipient = (
        '<alerts><alert id="a" path="/bin/true"><recipient id="a-r" value="x"><meta_attributes id="a-m">'
        f"{pair('timeout', '1 day')}</meta_attributes></recipient></alert></alerts></configuration>"
    )
    text = timed().replace("</configuration>", recipient)
    assert time_findings(text) == [("time-unreadable", "a-r has timeout=1 day.")]


UNREADABLE = {
    "a negative timeout": (timed('interval="60s" timeout="-5s"'), "f has timeout=-5s."),
    "an unknown unit": (timed('interval="60s" timeout="5 parsecs"'), "f has timeout=5 parsecs."),
    "days": (timed('interval="1d"'), "f has interval=1d."),
    "two units": (timed('interval="1h30m"'), "f has interval=1h30m."),
    "a fraction": (timed('interval="1.5s"'), "f has interval=1.5s."),
    "ISO for a timeout": (timed('interval="60s" timeout="PT1M"'), "f has timeout=PT1M."),
    "an option of Pacemaker for a device": (
        timed(options=pair("pcmk_reboot_timeout", "soon")),
        "f has pcmk_reboot_timeout=soon.",
    ),
    "one delay of several": (
        timed(options=pair("pcmk_delay_base", "node1:0s;node2:10x")),
        "f has pcmk_delay_base=10x.",
    ),
    "a meta attribute": (timed(meta=pair("failure-timeout", "never")), "f has failure-timeout=never."),
    "a property": (timed(properties=pair("stonith-timeout", "-60s")), "The cluster has stonith-timeout=-60s."),
    "a default": (timed(defaults=pair("timeout", "1,5min")), "op_defaults has timeout=1,5min."),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_time_that_can_not_be_read_is_found(name: str) -> None:
    text, evidence = UNREADABLE[name]
    assert time_findings(text) == [("time-unreadable", evidence)]


def test_unit_that_an_old_fencer_does_not_read_is_found() -> None:
    for version, expected in (("2.1.5-a3f44794f94", ["fencing-timeout-unit"]), ("2.1.8-x", []), ("3.0.0-y", [])):
        text = timed(options=pair("pcmk_off_timeout", "2min"), properties=pair("dc-version", version))
        assert [name for name, _evidence in time_findings(text)] == expected
        plain = text.replace('value="2min"', 'value="120s"')
        assert time_findings(plain) == []
    assert time_findings(timed(options=pair("pcmk_off_timeout", "2min"))) == []


# --- service addresses -----------------------------------------------------------------------------------------------


def with_address(options: str, agent: str = "IPaddr2", more: str = "") -> str:
    return (
        "<cib><configuration><crm_config/><nodes/><resources>"
        f'<primitive id="ip" class="ocf" provider="heartbeat" type="{agent}">'
        f'<instance_attributes id="ip-i">{options}</instance_attributes>{more}</primitive></resources><constraints/>'
        "</configuration></cib>"
    )


AROUND = Surroundings(
    service_address.own_addresses({"node1": ["192.0.2.1", "2001:db8::1"], "node2": ["192.0.2.2", "web2"]}),
    hosts.subnets({"public": {"subnet": "192.0.2.0/24", "subnet6": "2001:db8::/64"}}),
)
NIC = pair("nic", "eth0") + pair("cidr_netmask", "24")


def address_findings(text: str, around: Surroundings = AROUND) -> list[tuple[str, str, str]]:
    found = service_address.lint(ET.fromstring(text), parse_cib(text), around)
    return [(item.id, item.severity, item.evidence) for item in found]


RULED = (
    '<instance_attributes id="r"><rule id="r-r" score="1"><expression id="r-e" attribute="site" operation="defined"/>'
    f"</rule>{pair('ip', '192.0.2.10')}</instance_attributes>"
)
GOOD_ADDRESSES = {
    "a free one": with_address(pair("ip", "192.0.2.10")),
    "of IPv6": with_address(pair("ip", "2001:db8::10")),
    "with a prefix, where the agent takes one": with_address(pair("ipv6addr", "2001:db8::10/64"), "IPv6addr"),
    "of another service": with_address(pair("ip", "192.0.2.1"), "portblock"),
    "behind a load balancer": with_address(pair("ip", "203.0.113.5") + pair("nic", "lo") + pair("cidr_netmask", "32")),
    "by a rule": with_address("", more=RULED),
}


@pytest.mark.parametrize("name", GOOD_ADDRESSES)
def test_service_address_that_can_work_has_no_finding(name: str) -> None:
    assert address_findings(GOOD_ADDRESSES[name]) == []


def test_addresses_of_a_bundles_containers_are_no_nodes() -> None:
    def bundle(start: str, replicas: str) -> str:
        return with_address(pair("ip", "192.0.2.10")).replace(
            "</resources>",
            f'<bundle id="b"><podman image="x" replicas="{replicas}"/><network ip-range-start="{start}"/></bundle>'
            "</resources>",
        )

    assert address_findings(bundle("192.0.2.20", "3")) == []
    (own,) = address_findings(bundle("192.0.2.0", "2"))
    assert own == ("service-address-own", "error", "192.0.2.1 of b is an address of node node1.")
    assert address_findings(bundle("255.255.255.254", "9")) == []
    assert address_findings(bundle("192.0.2.20", "3"), Surroundings(expected="192.0.2.22")) == []


def test_address_that_a_cloud_moves_is_not_absent() -> None:
    moved = with_address(pair("ip", "198.51.100.10"), "aws-vpc-move-ip")
    assert address_findings(moved, Surroundings(expected="198.51.100.10")) == []
    blocked = with_address(pair("ip", "198.51.100.10"), "portblock")
    assert [one for one, *_rest in address_findings(blocked, Surroundings(expected="198.51.100.10"))] == [
        "service-address-absent"
    ]


BAD_ADDRESSES = {
    "no address": (with_address(NIC), ("service-address-invalid", "error", "ip has no address.")),
    "beyond 255": (
        with_address(pair("ip", "192.0.2.300")),
        ("service-address-invalid", "error", "ip of ip is '192.0.2.300'."),
    ),
    "a name": (
        with_address(pair("ip", "web.example.com")),
        ("service-address-invalid", "error", "ip of ip is 'web.example.com'."),
    ),
    "with a prefix": (
        with_address(pair("ip", "192.0.2.10/24"), "IPaddr"),
        ("service-address-invalid", "error", "ip of ip is '192.0.2.10/24'."),
    ),
    "multicast": (
        with_address(pair("ip", "239.1.1.1")),
        ("service-address-invalid", "error", "ip of ip is '239.1.1.1'."),
    ),
    "a node's own": (
        with_address(pair("ip", "192.0.2.2")),
        ("service-address-own", "error", "192.0.2.2 of ip is an address of node node2."),
    ),
    "a node's own, written otherwise": (
        with_address(pair("ip", "2001:DB8:0::1")),
        ("service-address-own", "error", "2001:DB8:0::1 of ip is an address of node node1."),
    ),
    "in no network": (
        with_address(pair("ip", "203.0.113.5")),
        (
            "service-address-outside",
            "error",
            "203.0.113.5 of ip is in none of the networks 192.0.2.0/24, 2001:db8::/64.",
        ),
    ),
    "in no network, but on an interface": (
        with_address(pair("ip", "203.0.113.5") + NIC),
        (
            "service-address-outside",
            "warning",
            "203.0.113.5 of ip is in none of the networks 192.0.2.0/24, 2001:db8::/64.",
        ),
    ),
}


@pytest.mark.parametrize("name", BAD_ADDRESSES)
def test_service_address_that_can_not_work_is_found(name: str) -> None:
    text, expected = BAD_ADDRESSES[name]
    assert address_findings(text) == [expected]


def test_without_networks_an_address_may_be_anywhere() -> None:
    assert address_findings(with_address(pair("ip", "203.0.113.5")), Surroundings()) == []


def test_address_that_the_inventory_expects_is_missed() -> None:
    text = with_address(pair("ip", "192.0.2.10"))
    assert address_findings(text, Surroundings(expected="192.0.2.10")) == []
    assert address_findings(text, Surroundings(expected="192.0.2.11")) == [
        ("service-address-absent", "error", "No resource has the address 192.0.2.11.")
    ]


# --- files -----------------------------------------------------------------------------------------------------------


def test_configuration_that_is_no_longer_saved_is_found() -> None:
    assert storage.saved((0, 7), (0, 7), []) == []
    assert storage.saved((0, 7), (0, 8), []) == []
    (found,) = storage.saved((0, 8), (0, 7), ["error: Disabling CIB disk writes after failure: process 1 exited 73"])
    assert found.evidence == (
        "/var/lib/pacemaker/cib/cib.xml has version 0.7, the running one 0.8."
        " The journal: error: Disabling CIB disk writes after failure: process 1 exited 73."
    )
    (found,) = storage.saved((1, 0), None, [])
    assert found.evidence == "/var/lib/pacemaker/cib/cib.xml does not exist, the running one 1.0."


@pytest.mark.parametrize(
    ("size", "files", "expected"),
    [
        (2**30, 10000, []),
        (2**30, None, []),
        (20 * 2**20, None, ["warning"]),
        (2**20, None, ["error"]),
        (0, 10000, ["error"]),
        (2**30, 50, ["warning"]),
        (2**30, 0, ["error"]),
    ],
)
def test_little_room_is_found(size: int, files: int | None, expected: list[str]) -> None:
    found = storage.room([storage.Room("/var/lib/pacemaker", size, files)])
    assert [item.severity for item in found] == expected


def test_version_of_the_file_is_compared_with_the_live_one(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cib.xml"
    monkeypatch.setattr(storage, "CIB", str(path))
    monkeypatch.setattr(storage, "FOLDERS", (str(tmp_path / "absent"),))
    waited: list[float] = []
    monkeypatch.setattr(look.time, "sleep", waited.append)
    path.write_text('<?xml version="1.0"?>\n<cib admin_epoch="0" epoch="7" num_updates="0"><configuration/></cib>')
    live = '<cib epoch="{0}" admin_epoch="0" num_updates="3"/>'
    assert look._storage(live.format(7), []) == []
    assert waited == []
    assert [item.id for item in look._storage(live.format(8), [])] == ["cib-unsaved"]
    assert waited == [look.SAVE_TIME]
    path.unlink()
    assert [item.id for item in look._storage(live.format(8), [])] == ["cib-unsaved"]
    monkeypatch.setattr(storage, "CIB", str(tmp_path / "elsewhere" / "cib.xml"))
    assert look._storage(live.format(8), []) == []
