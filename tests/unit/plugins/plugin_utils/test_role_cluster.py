# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role cluster: what was found on the nodes, brought together; what is due on a node; and the messages."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.host_auth import accepted_tokens, known_tokens
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles import cluster
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.cluster import (
    Device,
    Layout,
    Plan,
    Survey,
    Tokens,
    plan_device,
    plan_device_files,
    plan_layout,
    plan_left,
    plan_obstacles,
    plan_renewal,
    plan_survey,
    plan_tokens,
    plan_unresolved,
)

NODES = [{"name": f"node{number}", "address": f"192.0.2.{number}", "port": 2224} for number in (1, 2, 3)]
CONFIGURATION = {"config": "nodes", "classification": "unchanged"}


def info(**changes: t.Any) -> dict[str, t.Any]:
    """What corosync_info finds on a node of a cluster that runs."""
    return {
        "content": "nodes",
        "nodes": ["node1", "node2", "node3"],
        "quorum_device": None,
        "stock": False,
        "installed": True,
        "running": True,
        "pacemaker_running": True,
        "stale": [],
        "tokens": {"known": {}, "accepted": []},
        **changes,
    }


def survey(*infos: dict[str, t.Any], **configuration: t.Any) -> Survey:
    found = {f"node{number}": info for number, info in enumerate(infos, 1)}
    return plan_survey(found, pcsd=NODES, configuration={**CONFIGURATION, **configuration})


def pcsd_strangers(nodes: list[dict[str, t.Any]], found: dict[str, t.Any], node: str) -> list[str]:
    return list(plan_survey(found, pcsd=nodes, configuration=CONFIGURATION).strangers[node])


def test_a_cluster_that_is_what_is_wanted() -> None:
    every = ["node1", "node2", "node3"]
    assert survey(info(), info(), info()) == Survey(
        ready=True,
        configured=True,
        started=True,
        at_rest=False,
        seeded=False,
        running=("node1", "node2", "node3"),
        stale=(),
        joining=(),
        device={},
        strangers={"node1": every, "node2": every, "node3": every},
    )


def test_blank_machines() -> None:
    blank = info(content=None, nodes=[], installed=False, running=False, pacemaker_running=False)
    seen = survey(blank, blank, classification="created")
    assert (seen.ready, seen.configured, seen.started, seen.running) == (False, False, False, ())


@pytest.mark.parametrize("running", [True, False])
def test_what_a_package_has_started_has_to_stop_first(running: bool) -> None:
    stock = info(content="stock", nodes=["localhost"], stock=True, running=running, pacemaker_running=running)
    seen = survey(stock, stock, classification="created")
    assert (seen.ready, seen.joining, seen.running) == (not running, (), ())


@pytest.mark.parametrize(
    ("change", "configuration"),
    [
        ({"content": "others"}, {}),
        ({"stale": [{"key": "totem.token"}]}, {}),
        ({}, {"classification": "live"}),
        ({}, {"config": "new"}),
    ],
)
def test_what_is_not_configured(change: dict[str, t.Any], configuration: dict[str, t.Any]) -> None:
    seen = survey(info(), info(**change), **configuration)
    assert not seen.configured
    assert seen.stale == (("node2",) if "stale" in change else ())


def test_a_node_that_no_configuration_names_joins() -> None:
    member = info(nodes=["node1"])
    assert survey(member, info(content=None, nodes=[])).joining == ("node2",)


def test_a_node_that_does_not_run_is_seen() -> None:
    seen = survey(info(), info(pacemaker_running=False))
    assert (seen.started, seen.running) == (False, ("node1",))


def test_the_device_is_the_cluster_s_own() -> None:
    device = {"model": "net"}
    assert survey(info(stock=True, quorum_device={"model": "else"}), info(quorum_device=device)).device == device


@pytest.mark.parametrize(
    ("change", "at_rest"),
    [
        ({}, True),
        ({"quorate": False}, False),
        ({"idle": False}, False),
        ({"online": ["node1"]}, False),
    ],
)
def test_one_node_tells_whether_the_cluster_is_at_rest(change: dict[str, t.Any], at_rest: bool) -> None:
    state = {"quorate": True, "idle": True, "online": ["node1", "node2", "node3"], "seeded": True, **change}
    seen = survey(info(cluster=state), info())
    assert (seen.at_rest, seen.seeded) == (at_rest, True)


def known(**changes: t.Any) -> dict[str, t.Any]:
    return {
        node["name"]: {
            "address": node["address"],
            "port": node["port"],
            "sha256": f"digest of {node['name']}",
            **changes,
        }
        for node in NODES
    }


def found(tokens: t.Mapping[str, t.Any], *, accepting: t.Sequence[int] = (1, 2, 3)) -> dict[str, t.Any]:
    return {
        f"node{number}": info(
            tokens={"known": tokens, "accepted": [f"digest of node{number}"] if number in accepting else ["another"]}
        )
        for number in (1, 2, 3)
    }


def test_nodes_that_accept_what_is_shown_are_none() -> None:
    assert pcsd_strangers(NODES, found(known()), "node1") == []


def test_a_node_without_a_token_is_one() -> None:
    tokens = {name: entry for name, entry in known().items() if name != "node2"}
    assert pcsd_strangers(NODES, found(tokens), "node1") == ["node2"]
    assert pcsd_strangers(NODES, found({}), "node1") == ["node1", "node2", "node3"]


@pytest.mark.parametrize("change", [{"address": "198.51.100.1"}, {"port": 2225}])
def test_a_token_for_another_address_does_not_count(change: dict[str, t.Any]) -> None:
    assert pcsd_strangers(NODES, found(known(**change)), "node1") == ["node1", "node2", "node3"]


def test_a_node_that_accepts_other_tokens_is_one() -> None:
    assert pcsd_strangers(NODES, found(known(), accepting=[1, 2]), "node1") == ["node3"]


def test_a_node_of_which_nothing_was_found_is_believed() -> None:
    there = found(known())
    del there["node3"]
    assert pcsd_strangers(NODES, there, "node1") == []


def test_tokens_are_read_as_pcs_writes_them_and_only_their_digests_are_kept() -> None:
    hosts = '{"known_hosts": {"node2": {"dest_list": [{"addr": "192.0.2.2", "port": 2224}], "token": "abc"}}}'
    users = '[{"creation_date": "2026-11-28 17:34:48 +0000", "token": "abc", "username": "hacluster"}]'
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert known_tokens(hosts) == {"node2": {"address": "192.0.2.2", "port": 2224, "sha256": digest}}
    assert accepted_tokens(users) == [digest]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"username": "hacluster"}]', '{"a": "b"}'])
def test_a_file_that_is_not_understood_holds_no_tokens(text: str) -> None:
    assert accepted_tokens(text) == []
    assert known_tokens(text) == {}


def test_the_modules_are_told_of_the_nodes_and_links() -> None:
    nodes = {
        "node1": {"cluster": "192.0.2.1", "backup": "web1.example.com"},
        "node2": {"cluster": "2001:db8::2", "backup": "web2.example.com"},
        "node3": {"cluster": "node3", "backup": "node3"},
    }
    options = {"backup": {"link_priority": 10}}
    layout = plan_layout(
        nodes, links=["cluster", "backup"], link_options=options, pcsd_network="backup", pcsd_port=2224
    )
    assert layout == Layout(
        nodes=(
            {"name": "node1", "addresses": ["192.0.2.1", "web1.example.com"]},
            {"name": "node2", "addresses": ["2001:db8::2", "web2.example.com"]},
            {"name": "node3", "addresses": ["node3", "node3"]},
        ),
        links=({}, {"link_priority": 10}),
        pcsd=(
            {"name": "node1", "address": "web1.example.com", "port": 2224},
            {"name": "node2", "address": "web2.example.com", "port": 2224},
            {"name": "node3", "address": "node3", "port": 2224},
        ),
        resolve={
            "web1.example.com": ["getent", "ahosts", "web1.example.com"],
            "web2.example.com": ["getent", "ahosts", "web2.example.com"],
            "node3": ["getent", "ahosts", "node3"],
        },
    )


def look(**more: t.Any) -> dict[str, t.Any]:
    """What internal_machine_info returns."""
    return {"packages": {}, "units": {}, "files": {}, "texts": {}, "commands": {}, "closed": [], **more}


def test_a_name_has_to_have_an_address_that_others_reach() -> None:
    answers = {
        "web1": "192.0.2.1       STREAM web1\n192.0.2.1       DGRAM\n",
        "web2": "127.0.1.1       STREAM web2\n127.0.1.1       DGRAM\n",
        "web3": "::1             STREAM web3\n2001:db8::3     STREAM\n",
        "web4": "::1             STREAM web4\n",
        "web5": "",
    }
    commands = {name: {"rc": 0 if text else 2, "stdout": text, "stderr": ""} for name, text in answers.items()}
    assert plan_unresolved(look(commands=commands), names=answers) == ["web2", "web4", "web5"]


UNITS = ("pcsd.service", "corosync.service", "corosync-qdevice.service", "pacemaker.service")
RUNS = {"loaded": True, "active": True, "enabled": True}
STATE = {"quorate": True, "idle": True, "online": ["node1", "node2", "node3"], "seeded": False}
QDEVICE = {"model": "net", "model_options": {"host": "arbitrator", "port": "5500"}}
DECLARED = {"name": "web", "device": {}, "has_password": True, "starts_on_boot": True}
ALL = ["node1", "node2", "node3"]


def node(**changes: t.Any) -> dict[str, t.Any]:
    """What corosync_info finds on a node that is what it should be, and accepts its own token and those of others."""
    tokens = {"known": known(), "accepted": [f"digest of {name}" for name in ALL]}
    return info(**{"tokens": tokens, "units": dict.fromkeys(UNITS, RUNS), "cluster": STATE, **changes})


def given(
    here: str = "node1",
    *,
    infos: t.Mapping[str, t.Any] | None = None,
    present: t.Sequence[str] = tuple(ALL),
    hosts: t.Sequence[str] = tuple(ALL),
    check_mode: bool = False,
    decision: t.Mapping[str, t.Any] | None = None,
    seen: t.Mapping[str, t.Any] | None = None,
    **declared: t.Any,
) -> dict[str, t.Any]:
    """What the plans of the node HERE are made from."""
    found = {name: (infos or {}).get(name, node()) for name in present}
    decided = {**CONFIGURATION, "pending": False, "changes": [], **(decision or {})}
    return {
        "look": found[here],
        "survey": {**vars(plan_survey(found, pcsd=NODES, configuration=decided)), **(seen or {})},
        "decision": decided,
        "run": {"node": here, "nodes": ALL, "present": present, "hosts": hosts, "check_mode": check_mode},
        "declared": {**DECLARED, **declared},
    }


def plan(here: str = "node1", **changes: t.Any) -> Plan:
    return cluster.plan(**given(here, **changes))


def due(here: str = "node1", **changes: t.Any) -> tuple[str, ...]:
    return plan(here, **changes).due


def test_nothing_is_due_in_a_cluster_that_is_what_is_wanted() -> None:
    units = tuple(
        {"name": f"{name}.service", "enabled": True, "state": "started"} for name in ("pcsd", "corosync", "pacemaker")
    )
    for here in ALL:
        assert plan(here) == Plan(due=(), device={}, certified="node1", units=units)


def test_without_a_look_the_nodes_are_looked_at() -> None:
    assert cluster.plan(**{**given(), "survey": {}}) == Plan(due=("look",))
    assert cluster.plan(**{**given(), "look": {}}) == Plan(due=("look",))


BLANK = {"content": None, "nodes": [], "installed": False, "running": False, "pacemaker_running": False}
STOPPED = {"units": {name: {**RUNS, "active": False} for name in UNITS}, "cluster": None}
NEW = {"config": "nodes", "classification": "created"}


def blank(**changes: t.Any) -> dict[str, t.Any]:
    """The nodes of a cluster that is yet to be made."""
    empty = node(**{**BLANK, **STOPPED, "tokens": {"known": {}, "accepted": []}, **changes})
    return dict.fromkeys(ALL, empty)


def test_a_cluster_is_made_and_started() -> None:
    steps = ("configure", "forget", "write", "start", "seed", "authenticate")
    assert due("node2", infos=blank(installed=True), decision=NEW) == steps
    assert due("node1", infos=blank(installed=True), decision=NEW) == (*steps, "wait")


def test_nodes_that_have_got_their_packages_since_are_looked_at_again() -> None:
    assert due("node2", infos=blank(), decision=NEW)[0] == "look"


def test_check_mode_looks_at_no_services_of_a_blank_node() -> None:
    steps = ("look", "configure", "forget", "write", "authenticate")
    assert due(infos=blank(), decision=NEW, check_mode=True) == steps
    assert due("node2", infos=blank(), decision=NEW, check_mode=True) == steps


def test_the_cluster_of_a_package_is_stopped_and_replaced() -> None:
    runs = {"installed": True, "running": True, "pacemaker_running": True}
    stock = blank(stock=True, content="stock", nodes=["localhost"], **runs)
    assert due("node2", infos=stock, decision=NEW) == (
        "look",
        "configure",
        "stop_stock",
        "write",
        "start",
        "seed",
        "authenticate",
    )


def test_a_host_that_has_failed_since_makes_the_look_old_and_the_cluster_worth_waiting_for() -> None:
    assert due("node1", hosts=["node1", "node2"]) == ("look", "wait")
    assert due("node2", hosts=["node1", "node2"]) == ("look",)


LIVE = {"config": "new", "classification": "live"}


def test_a_live_change_is_written_and_reloaded() -> None:
    assert due("node2", decision=LIVE) == ("configure", "write", "reload")
    assert due("node1", decision=LIVE) == ("configure", "write", "reload", "wait")


def test_what_runs_otherwise_than_its_file_is_reloaded() -> None:
    stale = node(stale=[{"key": "totem.token", "effect": "live"}])
    assert due("node2", infos={"node3": stale}) == ("configure", "reload")


def test_no_node_reloads_while_one_is_missing() -> None:
    assert "reload" not in due("node2", decision=LIVE, present=["node1", "node2"])


def test_a_node_that_joins_gets_the_certificate_and_forgets_its_tokens() -> None:
    newcomer = {"node3": node(**{**BLANK, "installed": True, **STOPPED})}
    device = {name: node(nodes=["node1", "node2"], quorum_device=QDEVICE) for name in ("node1", "node2")}
    joined = plan("node3", infos={**device, **newcomer}, decision=LIVE)
    assert joined.due == (
        "configure",
        "certificate",
        "forget",
        "write",
        "reload",
        "start",
        "authenticate",
        "ask_device",
    )
    assert (joined.device, joined.certified) == (QDEVICE, "node1")
    without_password = due("node3", infos={**device, **newcomer}, decision=LIVE, has_password=False)
    assert "forget" not in without_password
    assert "authenticate" not in without_password
    members = {name: node(nodes=["node1", "node2"]) for name in ("node1", "node2")}
    assert "certificate" not in due("node3", infos={**members, **newcomer}, decision=LIVE)


@pytest.mark.parametrize("unit", ["pcsd.service", "corosync.service", "pacemaker.service"])
@pytest.mark.parametrize("change", [{"active": False}, {"enabled": False}])
def test_what_does_not_run_or_start_at_boot_is_started(unit: str, change: dict[str, bool]) -> None:
    units = {**dict.fromkeys(UNITS, RUNS), unit: {**RUNS, **change}}
    assert due("node2", infos={"node2": node(units=units)}) == ("start",)


def test_the_quorum_device_has_a_unit_of_its_own() -> None:
    stopped = {**dict.fromkeys(UNITS, RUNS), "corosync-qdevice.service": {**RUNS, "active": False}}
    assert due("node2", infos={"node2": node(units=stopped)}) == ()
    made = plan("node2", infos={"node2": node(units=stopped, quorum_device=QDEVICE)})
    assert made.due == ("start", "ask_device")
    assert [unit["name"] for unit in made.units] == list(UNITS)


def test_nodes_may_stay_out_of_the_cluster_when_they_boot() -> None:
    assert due("node2", starts_on_boot=False) == ("start",)
    assert [unit["enabled"] for unit in plan(starts_on_boot=False).units] == [True, False, False]
    manual = {name: {**RUNS, "enabled": name == "pcsd.service"} for name in UNITS}
    assert due("node2", infos={"node2": node(units=manual)}, starts_on_boot=False) == ()


def test_only_the_first_start_of_a_whole_cluster_is_shortened() -> None:
    off = node(pacemaker_running=False, **STOPPED)
    every = dict.fromkeys(ALL, off)
    assert "seed" in due("node2", infos=every)
    assert "seed" not in due("node2", infos={"node2": off})
    assert "seed" not in due("node2", infos=every, present=["node1", "node2"])


@pytest.mark.parametrize(
    "change",
    [
        {"infos": {"node1": node(cluster={**STATE, "quorate": False})}},
        {"infos": {"node1": node(cluster={**STATE, "online": ["node1"]})}},
        {"infos": {"node3": node(pacemaker_running=False)}},
    ],
    ids=["no quorum", "offline", "stopped"],
)
def test_the_primary_waits_for_a_cluster_that_is_not_at_rest(change: dict[str, t.Any]) -> None:
    assert due("node1", **change) == ("wait",)
    assert due("node2", **change) == ()


def test_a_node_that_is_a_stranger_to_others_is_authenticated() -> None:
    assert due("node2", infos={"node3": node(tokens={"known": known(), "accepted": []})}) == ("authenticate",)


def test_one_node_has_the_declared_device_and_all_ask_one_that_is_there() -> None:
    assert due("node1", device={"host": "arbitrator"}) == ("device",)
    assert due("node1", device={"state": "absent"}) == ("device",)
    assert due("node2", device={"host": "arbitrator"}) == ()
    assert due("node2", infos={"node1": node(quorum_device=QDEVICE)}) == ("ask_device",)


def test_one_node_ends_a_first_start_that_was_broken_off() -> None:
    seeded = {"node1": node(cluster={**STATE, "seeded": True})}
    assert due("node1", infos=seeded) == ("unseed",)
    assert due("node2", infos=seeded) == ()


def obstacles(here: str = "node1", **changes: t.Any) -> list[str]:
    return plan_obstacles(**given(here, **changes))


def test_nothing_keeps_a_good_cluster_from_what_is_wanted() -> None:
    assert obstacles() == obstacles(has_password=False) == []
    assert obstacles(infos=blank(), device={"host": "arbitrator"}) == []


def test_what_the_comparison_says_stops_all_nodes() -> None:
    refused = {**given("node2"), "decision": {"msg": "The cluster has another name."}, "survey": {}}
    assert plan_obstacles(**refused) == ["The cluster has another name."]
    assert plan_obstacles(**{**refused, "decision": {}}) == ["node1 failed"]


def test_strangers_need_the_password() -> None:
    accepting_none = {"node3": node(tokens={"known": known(), "accepted": []})}
    assert obstacles("node2", infos=accepting_none, has_password=False) == [
        "ha_hacluster_password is not given, and node2 is not authenticated to node3. Give the password of user"
        " hacluster. Nothing was changed."
    ]


def test_the_host_of_the_quorum_device_needs_the_password() -> None:
    device = {"host": "arbitrator"}
    assert obstacles("node1", device=device, has_password=False) == [
        "ha_hacluster_password is not given, and node1 is not authenticated to arbitrator, the host of the quorum"
        " device. Give the password of user hacluster. Nothing was changed."
    ]
    assert obstacles("node2", device=device, has_password=False) == []
    assert obstacles("node1", device={"state": "absent"}, has_password=False) == []
    tokens = {"known": {**known(), "arbitrator": {}}, "accepted": [f"digest of {name}" for name in ALL]}
    assert obstacles("node1", infos={"node1": node(tokens=tokens)}, device=device, has_password=False) == []


def left(
    here: str = "node1",
    *,
    device_change: t.Mapping[str, t.Any] | None = None,
    device_status: str | None = None,
    **changes: t.Any,
) -> list[str]:
    return plan_left(**given(here, **changes), device_change=device_change or {}, device_status=device_status)


def test_a_whole_cluster_leaves_nothing() -> None:
    assert left() == left("node2") == []
    assert left(device_status="Qdevice information\nState:\t\t\tConnected\n") == []
    assert left(device_change={"commands": [["pcs"]]}) == []


def test_nodes_that_take_no_part_are_left_alone_and_named_by_one() -> None:
    there = ["node1", "node2"]
    alone = "Left alone, because not in this run: node3. They stay members of web; run again when they are back."
    assert left(present=there) == [alone]
    assert left("node2", present=there) == []
    assert due("node1", present=there, hosts=there) == ("report",)
    pending = {"pending": True, "changes": [{"key": "totem.token"}, {"key": "quorum.wait_for_all"}]}
    assert left(present=there, decision=pending, device_change={"commands": [["pcs"]]}) == [
        alone,
        "Not changed, because all nodes must take part: totem.token, quorum.wait_for_all. Run again with node3.",
        "The quorum device is not changed, because all nodes must take part. Run again with node3.",
    ]


@pytest.mark.parametrize(
    ("device", "host", "port"), [(QDEVICE, "arbitrator", "5500"), ({"model": "net"}, "another host", "5403")]
)
def test_a_device_without_a_say_is_told_by_each_node(device: dict[str, t.Any], host: str, port: str) -> None:
    infos = {"node1": node(quorum_device=device)}
    assert left("node2", infos=infos, device_status="State:\t\tConnect failed\n") == [
        f"The quorum device on {host} is not connected to node2, so the cluster lacks its vote. Look at corosync-qnetd"
        " there, at `journalctl -u corosync-qdevice` here, and at the firewall between (TCP port"
        f" {port})."
    ]
    assert len(left("node2", infos=infos, device_status="")) == 1
    assert left("node2", infos=infos) == []


def test_a_node_that_has_to_be_restarted_says_so() -> None:
    stale = [
        {"key": "totem.transport", "effect": "restart"},
        {"key": "totem.token", "effect": "live"},
        {"key": "totem.version", "effect": "restart"},
    ]
    assert left("node2", infos={"node2": node(stale=stale)}) == [
        "corosync on node2 runs with other settings than its configuration file holds: totem.transport, totem.version."
        " Restart the cluster on this node when it suits you (pcs cluster stop, pcs cluster start)."
    ]
    assert left("node2", infos={"node2": node(stale=stale[1:2])}) == []
    assert left("node2", infos={"node2": node(stale=stale, stock=True)}) == []
    assert "report" in due("node2", infos={"node2": node(stale=stale)})


def test_the_device_that_is_declared() -> None:
    assert plan_device({"host": "arbitrator"}) == Device(
        hosts=({"name": "arbitrator", "address": "arbitrator", "port": 2224},),
        model_options={"host": "arbitrator", "algorithm": "ffsplit"},
    )
    options = {"host": "arbitrator", "algorithm": "lms", "pcsd_port": 2300, "model_options": {"port": 5500}}
    assert plan_device(options) == Device(
        hosts=({"name": "arbitrator", "address": "arbitrator", "port": 2300},),
        model_options={"host": "arbitrator", "algorithm": "lms", "port": 5500},
    )
    assert plan_device({"state": "absent"}) == plan_device({}) == Device((), None)


def test_the_certificate_of_the_device_is_handed_over() -> None:
    folder = "/etc/corosync/qdevice/net/nssdb"
    results = [
        {"source": f"{folder}/{name}", "content": name, "encoding": "base64"} for name in ("cert9.db", "key4.db")
    ]
    assert plan_device_files({"results": results}) == [
        {"path": f"{folder}/cert9.db", "content": "cert9.db", "mode": "0660", "directory_mode": "0770"},
        {"path": f"{folder}/key4.db", "content": "key4.db", "mode": "0660", "directory_mode": "0770"},
    ]
    assert plan_device_files({}) == []


def test_a_node_that_lacks_tokens_needs_the_password() -> None:
    looks = found(known(), accepting=[1])
    assert plan_tokens(NODES, node="node1", found=looks, has_password=False) == Tokens(
        ("node2", "node3"),
        (
            "Nothing was changed. node1 is not authenticated to node2, node3, and ha_hacluster_password is not given."
            " Give the password of user hacluster.",
        ),
    )
    assert plan_tokens(NODES, node="node1", found=looks, has_password=True) == Tokens(("node2", "node3"), ())
    assert plan_tokens(NODES, node="node1", found=found(known()), has_password=False) == Tokens((), ())


@pytest.mark.parametrize(
    ("certificate", "previous", "renewed"),
    [
        ({"exists": True, "mtime": 996_400.75}, False, False),
        ({"exists": True, "mtime": 996_400.5}, False, True),
        ({"exists": True, "mtime": 1_000_000.0}, True, True),
        ({"exists": False}, False, True),
    ],
    ids=["young", "old", "interrupted", "none"],
)
def test_an_old_certificate_is_renewed(certificate: dict[str, t.Any], previous: bool, renewed: bool) -> None:
    seen = look(
        files={"/var/lib/pcsd/pcsd.crt": certificate, "/var/lib/pcsd/pcsd.crt.previous": {"exists": previous}},
        commands={"clock": {"rc": 0, "stdout": "1000000.5\n", "stderr": ""}},
    )
    assert plan_renewal(seen, older_than=3600) is renewed
