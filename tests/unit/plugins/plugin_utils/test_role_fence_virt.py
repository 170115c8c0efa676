# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role fence_virt: what it requires of its input, how nodes fence each other, and what is due on each side."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.firewalld import Opening
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.fence_virt import (
    plan,
    plan_device,
    plan_family,
    plan_groups,
    plan_host,
    plan_obstacles,
    plan_opening,
    plan_questions,
    plan_refusal,
    problems,
)
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.host import Host

KEY = "/etc/cluster/fence_xvm.key"
NODES = {"n2": {"cluster": "192.0.2.2"}, "n1": {"cluster": "192.0.2.1"}}
DOMAINS = {"n1": "uuid-1", "n2": "uuid-2", "remote": "uuid-3"}
REMOTE = {"id": "remote", "agent": "ocf:pacemaker:remote"}
CIDS = {"n1": 3, "n2": 10}
WAY: dict[str, Any] = {
    "listener": "multicast",
    "port": 1230,
    "hash": "sha512",
    "key_file": KEY,
    "network": "cluster",
    "family": "ipv4",
    "multicast_address": "225.0.0.12",
    "tcp_address": "192.0.2.254",
    "serial_device": "/dev/ttyS1",
    "serial_parameters": "115200,8N1",
}
VALUES: dict[str, Any] = {
    "ha_nodes": NODES,
    "ha_links": ["cluster"],
    "ha_hypervisors": ["power"],
    "ha_fence_virt_listener": "multicast",
    "ha_fence_virt_port": 1229,
    "ha_fence_virt_network": "cluster",
    "ha_fence_virt_interface": "br0",
    "ha_fence_virt_family": "ipv4",
    "ha_fence_virt_multicast_address": "225.0.0.12",
    "ha_fence_virt_tcp_address": "192.0.2.254",
    "ha_fence_virt_vsock_cids": CIDS,
    "ha_fence_virt_serial_device": "/dev/ttyS1",
}
LISTENERS = ("multicast", "tcp", "vsock", "serial")


def way(listener: str) -> dict[str, Any]:
    return {**WAY, "listener": listener}


# --- the input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("listener", LISTENERS)
def test_good_input_has_no_problems(listener: str) -> None:
    values = {**VALUES, "ha_fence_virt_listener": listener}
    for host in (Host("n1"), Host("power"), Host("power", facts={"interfaces": ["br0", "lo"]})):
        assert list(problems(values, host)) == []


@pytest.mark.parametrize(
    ("listener", "name", "value"),
    [
        ("serial", "ha_fence_virt_port", 0),
        ("serial", "ha_fence_virt_port", 65536),
        ("multicast", "ha_fence_virt_network", "other"),
        ("tcp", "ha_fence_virt_network", "other"),
        ("multicast", "ha_fence_virt_multicast_address", "192.0.2.1"),
        ("multicast", "ha_fence_virt_multicast_address", "224.0.0.1.1"),
        ("multicast", "ha_fence_virt_multicast_address", "ff05::3:1"),
        ("multicast", "ha_fence_virt_multicast_address", None),
        ("multicast", "ha_fence_virt_interface", ""),
        ("multicast", "ha_fence_virt_interface", "a-name-too-long-"),
        ("multicast", "ha_fence_virt_interface", "br 0"),
        ("tcp", "ha_fence_virt_tcp_address", ""),
        ("tcp", "ha_fence_virt_tcp_address", None),
        ("tcp", "ha_fence_virt_tcp_address", "::1"),
        ("vsock", "ha_fence_virt_vsock_cids", {"n1": 3}),
        ("vsock", "ha_fence_virt_vsock_cids", {**CIDS, "n3": 5}),
        ("vsock", "ha_fence_virt_vsock_cids", {"n1": 3, "n2": "3"}),
        ("vsock", "ha_fence_virt_vsock_cids", {"n1": 2, "n2": 3}),
        ("vsock", "ha_fence_virt_vsock_cids", {"n1": "three", "n2": 3}),
        ("serial", "ha_fence_virt_serial_device", "ttyS1"),
        ("serial", "ha_fence_virt_serial_device", '/dev/"tty"'),
    ],
)
def test_each_mistake_is_named(listener: str, name: str, value: Any) -> None:
    (text,) = problems({**VALUES, "ha_fence_virt_listener": listener, name: value}, Host("n1"))
    assert text.startswith(name)
    others = {**VALUES, "ha_fence_virt_listener": next(each for each in LISTENERS if each != listener)}
    if name != "ha_fence_virt_port" and name != "ha_fence_virt_network":
        assert list(problems({**others, name: value}, Host("n1"))) == []  # nothing reads it


def test_nodes_without_addresses_can_not_be_told_apart_by_them() -> None:
    (text,) = problems({**VALUES, "ha_nodes": ["n1", "n2"]}, Host("n1"))
    assert text == (
        "ha_fence_virt_network is cluster, and not every node of ha_nodes has an address there; fence_virtd has to know"
        " where requests come from. Add the addresses, or name another network."
    )


def test_multicast_over_ipv6_is_refused() -> None:
    values = {**VALUES, "ha_fence_virt_family": "ipv6", "ha_fence_virt_multicast_address": "ff05::3:1"}
    (text,) = problems(values, Host("n1"))
    assert text.startswith("ha_fence_virt_listener is multicast, and the nodes' addresses on ha_fence_virt_network (cl")
    assert list(problems({**values, "ha_fence_virt_listener": "tcp"}, Host("n1"))) == []


def test_hypervisor_has_to_have_the_interface() -> None:
    facts = {"interfaces": ["lo", "eth0"]}
    (text,) = problems(VALUES, Host("power", facts=facts))
    assert text == (
        "ha_fence_virt_interface is br0, and host power has no such interface, only eth0, lo. Name the one on the"
        " network of the nodes."
    )
    assert list(problems(VALUES, Host("n1", facts=facts))) == []
    assert list(problems({**VALUES, "ha_fence_virt_listener": "vsock"}, Host("power", facts=facts))) == []


@pytest.mark.parametrize(
    ("listener", "address", "tcp_address", "family"),
    [
        ("multicast", "192.0.2.1", "", "ipv4"),
        ("multicast", "2001:db8::1", "", "ipv6"),
        ("tcp", "192.0.2.1", "2001:db8::254", "ipv6"),
        ("tcp", "2001:db8::1", "192.0.2.254", "ipv4"),
    ],
)
def test_family_follows_the_addresses(listener: str, address: str, tcp_address: str, family: str) -> None:
    nodes = {"n1": {"cluster": address}, "n2": {}}
    assert plan_family(nodes, listener=listener, network="cluster", tcp_address=tcp_address) == family


# --- how the nodes reach fence_virtd ---------------------------------------------------------------------------------

SIGNED = {"ipport": "1230", "key_file": KEY, "auth": "sha512", "hash": "sha512"}
NONE = dict.fromkeys(
    ("multicast_address", "ip_family", *SIGNED, "ipaddr", "vsock", "serial_device", "serial_params", "pcmk_delay_base")
)
SIGNING = ["-p", "1230", "-k", KEY, "-C", "sha512", "-c", "sha512"]
END = ["-t", "7", "-o", "status", "-H", "uuid-2"]


@pytest.mark.parametrize(
    ("listener", "agent", "arguments", "options"),
    [
        (
            "multicast",
            "fence_xvm",
            ["-a", "225.0.0.12", "-i", "ipv4", *SIGNING],
            {"multicast_address": "225.0.0.12", "ip_family": "ipv4", **SIGNED},
        ),
        ("tcp", "fence_virt", ["-T", "192.0.2.254", *SIGNING], {"ipaddr": "192.0.2.254", **SIGNED}),
        ("vsock", "fence_virt", ["-S2", *SIGNING], {"vsock": "2", **SIGNED}),
        (
            "serial",
            "fence_virt",
            ["-D", "/dev/ttyS1", "-P", "115200,8N1"],
            {"serial_device": "/dev/ttyS1", "serial_params": "115200,8N1"},
        ),
    ],
)
def test_each_listener_has_its_agent_arguments_and_options(
    listener: str, agent: str, arguments: list[str], options: dict[str, str]
) -> None:
    asked = plan_questions(DOMAINS, host="n1", nodes=NODES, resources=[], way=way(listener), timeout=7)
    assert asked == {"n2": [f"/usr/sbin/{agent}", *arguments, *END]}
    device = plan_device(DOMAINS, nodes=NODES, resources=[], way=way(listener), delays={}, options={})
    assert device.agent == agent
    assert device.options == {**NONE, **options, "pcmk_host_map": "n1:uuid-1;n2:uuid-2"}


def test_remote_nodes_with_a_domain_are_fenced_too() -> None:
    resources = [{"id": "n9"}, REMOTE, {**REMOTE, "id": "without-domain"}]
    asked = plan_questions(DOMAINS, host="n2", nodes=NODES, resources=resources, way=WAY, timeout=7)
    assert list(asked) == ["n1", "remote"]
    device = plan_device(DOMAINS, nodes=NODES, resources=resources, way=WAY, delays={}, options={})
    assert device.options["pcmk_host_map"] == "n1:uuid-1;n2:uuid-2;remote:uuid-3"


def test_delays_are_of_all_nodes_and_given_options_win() -> None:
    delays, options = {"n2": "5s"}, {"ip_family": None, "pcmk_reboot_timeout": 90}
    made = plan_device(DOMAINS, nodes=NODES, resources=[], way=WAY, delays=delays, options=options).options
    assert made["pcmk_delay_base"] == "n1:0s;n2:5s"
    assert (made["ip_family"], made["pcmk_reboot_timeout"]) == (None, 90)


# --- a node ----------------------------------------------------------------------------------------------------------


def node(*, agent: bool = True, key: int | None = 4096, answers: dict[str, Any] | None = None) -> dict[str, Any]:
    """What is found on a node that reaches the power switches of n2 and n3."""
    found = {"exists": True, "type": "file", "mode": "0755", "mtime": 100.0, "size": 9}
    return {
        "packages": {},
        "units": {},
        "files": {
            "/usr/sbin/fence_virt": found if agent else {"exists": False},
            "/usr/sbin/fence_xvm": found if agent else {"exists": False},
            KEY: {"exists": False} if key is None else {**found, "size": key},
        },
        "texts": {},
        "closed": [],
        "commands": {"n2": said(0), "n3": said(2), **(answers or {})},
    }


def said(rc: int, stderr: str = "", stdout: str = "") -> dict[str, Any]:
    return {"rc": rc, "stdout": stdout, "stderr": stderr}


def planned(
    look: dict[str, Any],
    *,
    host: str = "n1",
    check_mode: bool = False,
    play_hosts: tuple[str, ...] = ("power", "n1", "n2", "n3"),
) -> tuple[str, ...]:
    """What is due on HOST, one of the nodes n1 to n4."""
    return plan(
        look,
        host=host,
        nodes={name: {} for name in ("n3", "n2", "n1", "n4")},
        listener="multicast",
        key_file=KEY,
        check_mode=check_mode,
        play_hosts=play_hosts,
    ).due


def obstacles(look: dict[str, Any], *, check_mode: bool = False, listener: str = "multicast") -> list[str]:
    return plan_obstacles(look, host="n1", way=way(listener), check_mode=check_mode)


def test_the_first_node_of_the_play_makes_the_device() -> None:
    assert planned(node()) == ("device",)
    assert planned(node(), host="n2") == ()
    assert planned(node(), host="n2", play_hosts=("n2", "n3")) == ("device",)
    assert obstacles(node()) == []


def test_no_device_is_made_while_another_node_has_failed_since_it_was_looked_at() -> None:
    nodes: dict[str, dict[str, str]] = {"n1": {}, "n2": {}, "n3": {}}
    assert plan_refusal({"power": {}, "n3": {}, "n2": {}}, host="n1", nodes=nodes) == (
        "No fence device is made or changed, because n2, n3 failed the test of fencing. Correct the errors there and"
        " run again. (host n1)"
    )
    assert plan_refusal({"power": {}}, host="n1", nodes=nodes) == ""


UNABLE = {"n2": {"rc": 127, "stdout": "", "stderr": ""}, "n3": {"rc": 127, "stdout": "", "stderr": ""}}


@pytest.mark.parametrize(
    ("look", "check_mode"),
    [
        (node(agent=False, answers=UNABLE), False),
        (node(agent=False, answers=UNABLE), True),
        (node(agent=False, key=None, answers=UNABLE), True),
    ],
)
def test_agent_that_is_missing_is_installed_and_nothing_is_judged_without_it(
    look: dict[str, Any], check_mode: bool
) -> None:
    assert planned(look, check_mode=check_mode) == ("install", "device")
    assert obstacles(look, check_mode=check_mode) == []


@pytest.mark.parametrize("key", [None, 0])
def test_key_that_is_missing_is_an_obstacle_but_in_check_mode(key: int | None) -> None:
    look = node(key=key)
    assert planned(look) == ("ask_again", "device")
    assert obstacles(look) == [
        f"Host n1 has no key in {KEY}, without which fence_virtd and its agents don't talk to each other. Run the role"
        " quorate.ha_cluster.authkey on all nodes and hypervisors first.",
    ]
    assert planned(look, check_mode=True) == ("device",)
    assert obstacles(look, check_mode=True) == []


def test_nothing_is_judged_without_the_key() -> None:
    look = node(key=None, answers=UNABLE)
    assert planned(look, check_mode=True) == ("device",)
    assert len(obstacles(look)) == 1


@pytest.mark.parametrize("check_mode", [False, True])
def test_power_switches_that_do_not_answer_are_told(check_mode: bool) -> None:
    look = node(answers={"n2": said(255, "Timed out\n", "no\n"), "n3": said(255, " Timed out"), "n4": said(77)})
    assert planned(look, check_mode=check_mode) == ("ask_again", "device")
    assert obstacles(look, check_mode=check_mode) == [
        "Host n1 can't fence n2, n3, n4 by multicast: the agent can't work. Another one of this node may be waiting for"
        " an answer of fence_virtd, as that of the fence device does when fence_virtd does not answer. Look at"
        " fence_virtd on the hypervisor (systemctl status fence_virtd) and at what the agent said. The agent said:"
        " Timed out, no",
    ]


@pytest.mark.parametrize(
    ("rc", "listener", "words"),
    [
        (1, "multicast", "has to let in UDP port 1230 (with multicast, IGMP as well) from the nodes"),
        (1, "tcp", "has to let in TCP port 1230 (with"),
        (1, "tcp", f"the key in {KEY}, which has to be the same on both sides"),
        (3, "tcp", "permission is denied. Look at the groups"),
        (3, "tcp", "in the network ha_fence_virt_network (cluster). The agent said: "),
    ],
)
def test_exit_codes_are_explained(rc: int, listener: str, words: str) -> None:
    (text,) = obstacles(node(answers={"n3": said(rc)}), listener=listener)
    assert text.startswith(f"Host n1 can't fence n3 by {listener}: ")
    assert words in text


# --- a hypervisor ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listener", "addresses"),
    [
        ("multicast", ["192.0.2.1", "192.0.2.2"]),
        ("tcp", ["192.0.2.1", "192.0.2.2"]),
        ("vsock", ["10", "3"]),
        ("serial", []),
    ],
)
def test_fence_virtd_lets_in_the_nodes_of_each_cluster(listener: str, addresses: list[str]) -> None:
    made = plan_groups(
        DOMAINS,
        cluster="web",
        nodes={**NODES, "n3": {"other": "198.51.100.3"}},
        names=["n2", "n1"],
        others=[{"name": "db", "domains": ["uuid-9", "db1"]}],
        listener=listener,
        network="cluster",
        vsock_cids=CIDS,
    )
    assert made == [
        {"name": "db", "domains": ["uuid-9", "db1"], "addresses": []},
        {"name": "web", "domains": ["uuid-1", "uuid-2", "uuid-3", "n1", "n2"], "addresses": addresses},
    ]


@pytest.mark.parametrize(
    ("listener", "opening"),
    [
        ("multicast", Opening(["fence_virtd_multicast"], {"fence_virtd_multicast": ["1230"]}, interface="br0")),
        ("tcp", Opening(["fence_virtd_tcp"], {"fence_virtd_tcp": ["1230"]}, address="192.0.2.254")),
        ("vsock", Opening()),
        ("serial", Opening()),
    ],
)
def test_firewalld_lets_in_what_the_listener_needs(listener: str, opening: Opening) -> None:
    given: dict[str, Any] = {"port": 1230, "interface": "br0", "tcp_address": "192.0.2.254"}
    assert plan_opening(listener, managed=True, **given) == opening
    assert plan_opening(listener, managed=False, **given) == Opening()


CONFIGURATION, DROP_IN = "/etc/fence_virt.conf", "/etc/systemd/system/libvirtd.service.d/quorate.conf"
A_B_C = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # SHA-256 of "abc"
FILE = {"exists": True, "sha256": A_B_C, "mode": "0644", "mtime": 100.0, "size": 3}
NOTHING = {"exists": False}


def hypervisor(*, files: dict[str, Any] | None = None, closed: tuple[str, ...] = (), **unit: Any) -> dict[str, Any]:
    """A hypervisor with all that it should have, whose fence_virtd runs since the second 200."""
    state = {"loaded": True, "active": True, "enabled": True, "started": 200.0, "settled": 200.0, "outdated": False}
    names = ("/usr/sbin/fence_virtd", KEY, CONFIGURATION, DROP_IN)
    return {
        "packages": {},
        "units": {"fence_virtd.service": {**state, **unit}},
        "files": {**dict.fromkeys(names, FILE), **(files or {})},
        "texts": {},
        "closed": list(closed),
        "commands": {},
    }


def due(look: dict[str, Any], *, check_mode: bool = False) -> tuple[str, ...]:
    files = {path: {"content": "abc", "mode": "0644"} for path in (CONFIGURATION, DROP_IN)}
    made = plan_host(look, host="power", files=files, key_file=KEY, check_mode=check_mode)
    assert made.directories == {"/etc/systemd/system/libvirtd.service.d": {}}
    assert ("has no key" in made.refusal) == (not look["files"][KEY].get("size"))
    return made.due


@pytest.mark.parametrize(
    ("look", "steps"),
    [
        (hypervisor(), ()),
        (hypervisor(files={DROP_IN: NOTHING}), ("configure", "service")),
        (hypervisor(files={CONFIGURATION: {**FILE, "sha256": "other"}}), ("configure", "service")),
        (hypervisor(closed=("firewall-cmd --add-port=1229/udp",)), ("service",)),
        (hypervisor(active=False, started=0), ("service",)),
        (hypervisor(enabled=False), ("service",)),
        (hypervisor(files={CONFIGURATION: {**FILE, "mtime": 300.0}}), ("service",)),
        (hypervisor(files={KEY: {**FILE, "mtime": 300.0}}), ("service",)),
        (hypervisor(files={KEY: NOTHING}), ("refuse", "service")),
        (hypervisor(files={KEY: {**FILE, "size": 0}}), ("refuse", "service")),
    ],
    ids=[
        "as wanted",
        "no file",
        "another file",
        "closed",
        "stopped",
        "not at boot",
        "newer file",
        "newer key",
        "no key",
        "empty key",
    ],
)
def test_steps_on_a_hypervisor_with_something_to_do(look: dict[str, Any], steps: tuple[str, ...]) -> None:
    assert due(look) == steps
    assert due(look, check_mode=True) == tuple(step for step in steps if step != "refuse")


def test_blank_hypervisor() -> None:
    files = dict.fromkeys(("/usr/sbin/fence_virtd", KEY, CONFIGURATION, DROP_IN), NOTHING)
    blank = hypervisor(files=files, active=False, enabled=False, started=0)
    assert due(blank) == ("install", "refuse", "configure", "service")
    assert due(blank, check_mode=True) == ("install", "configure")
