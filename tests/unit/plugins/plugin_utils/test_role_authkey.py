# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role authkey: what it requires of its input, which key wins and who gets it, and how keys are rotated."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles import authkey
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.authkey import (
    Decision,
    Mine,
    Plan,
    Rotation,
    plan_absent,
    plan_change,
    plan_files,
    plan_lacking,
    plan_mine,
    plan_neighbours,
    plan_rotatable,
    plan_rotation,
    plan_successor,
    problems,
)
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.host import Host

PATH = "/etc/corosync/authkey"
NODES = ["node1", "node2", "node3"]
KEY = {
    "path": PATH,
    "hosts": NODES,
    "content": "",
    "owner": "root",
    "service": "corosync.service",
    "takes_over": "reload",
}
FENCE = "/etc/cluster/fence_xvm.key"
FENCE_KEY = {
    "path": FENCE,
    "hosts": [*NODES, "vmhost"],
    "service": "fence_virtd.service",
    "takes_over": "restart",
    "mode": "0600",
}
SECRET = base64.b64encode(b"\x00\xff\n" * 50).decode()
DIGEST = hashlib.sha256(b"\x00\xff\n" * 50).hexdigest()
STOCK = "nodelist {\n node {\n ring0_addr: 127.0.0.1\n }\n}\n"
INVENTORY = Host("node1", {"all": [*NODES, "vmhost"]})


def said(*keys: dict[str, Any]) -> list[str]:
    return list(problems({"ha_shared_keys": list(keys)}, INVENTORY))


def test_good_input_has_no_problems() -> None:
    assert said(KEY, FENCE_KEY) == []
    assert list(problems({"ha_shared_keys": None}, INVENTORY)) == []


def test_each_mistake_is_named_with_the_host_and_the_way_out() -> None:
    assert said(KEY, KEY) == [
        "ha_shared_keys lists a path twice for node1: /etc/corosync/authkey, /etc/corosync/authkey. Keep one of them."
    ]
    assert said({**KEY, "hosts": []}) == [
        "ha_shared_keys of node1: /etc/corosync/authkey has no hosts to share it. Name its hosts, or correct ha_nodes"
        " and ha_hypervisors where they come from."
    ]
    assert said({**KEY, "hosts": ["node1", "node9", "node8"]}) == [
        "ha_shared_keys of node1 names node9, node8, not in the inventory. Correct the keys' hosts, or ha_nodes and"
        " ha_hypervisors where they come from."
    ]


def test_a_host_looks_at_the_keys_that_it_shares() -> None:
    pacemaker = {**KEY, "path": "/etc/pacemaker/authkey", "service": None}
    assert plan_mine([KEY, pacemaker, FENCE_KEY], host="node1") == Mine(
        files=(PATH, "/etc/pacemaker/authkey", FENCE),
        successors=(f"{PATH}.next", "/etc/pacemaker/authkey.next", f"{FENCE}.next"),
        units=("corosync.service", "fence_virtd.service"),
    )
    assert plan_mine([KEY, FENCE_KEY], host="vmhost").files == (FENCE,)
    assert plan_mine([KEY, FENCE_KEY], host="web1") == Mine((), (), ())


def test_neighbours_are_the_nodes_of_other_clusters_with_the_same_hypervisor() -> None:
    web = {"ha_nodes": ["web1", "web2"], "ha_hypervisors": ["vmhost"]}
    others = {"ha_nodes": ["db1"], "ha_hypervisors": ["vmhost"]}
    alone = {"ha_nodes": ["app1"], "ha_hypervisors": ["another"]}
    hostvars = {"web1": web, "web2": web, "db1": others, "app1": alone}
    assert plan_neighbours(hostvars, nodes=["web1", "web2"], hostvars=hostvars) == ["db1"]
    assert plan_neighbours(hostvars, nodes=["db1"], hostvars=hostvars) == ["web1", "web2"]
    assert plan_neighbours(["web1", "web2"], nodes=["web1", "web2"], hostvars={}) == []
    assert plan_neighbours([], nodes=["web1"], hostvars={}) == []


def state(sha256: str = "", in_use: bool = False, configuration: str = "", path: str = PATH) -> dict[str, Any]:
    """What internal_machine_info finds on a host."""
    key = {"exists": True, "sha256": sha256, "owner": "root", "group": "root", "mode": "0400"}
    return {
        "files": {path: key if sha256 else {"exists": False}},
        "units": {"corosync.service": {"active": in_use}},
        "texts": {"/etc/corosync/corosync.conf": configuration},
    }


def found_on(*states: dict[str, Any]) -> dict[str, Any]:
    return {f"node{number}": value for number, value in enumerate(states, 1)}


def plan(*states: dict[str, Any], host: str = "node1", given: dict[str, Any] | None = None, **key: Any) -> Plan:
    return authkey.plan([{**KEY, **key}], found=found_on(*states), host=host, **(given or {}))


def decide(*states: dict[str, Any], **key: Any) -> Decision:
    (decision,) = plan(*states, **key).decisions
    return decision


def test_the_first_host_generates_a_key_that_no_host_has() -> None:
    result = plan(state(), state(), state())
    assert result == Plan(
        decisions=(Decision(PATH, "generate", "node1", "", ("node1", "node2", "node3"), (), (), ()),),
        due=(PATH,),
        obstacles=(),
        generate=({"path": PATH, "owner": "root", "size": 256},),
        give=(PATH,),
        sharers=("node1", "node2", "node3"),
    )
    assert plan(state(), state(), state(), size=128).generate[0]["size"] == 128
    other = plan(state(), state(), state(), host="node2")
    assert (other.decisions, other.due, other.generate, other.give) == (result.decisions, (PATH,), (), ())


def test_check_mode_reads_no_key_that_it_has_not_generated() -> None:
    check = {"check_mode": True}
    assert plan(state(), state(), state(), given=check).give == ()
    assert plan(state("a"), state(), state(), given=check).give == (PATH,)


def test_no_key_is_generated_while_a_host_is_missing() -> None:
    result = plan(state(), state())
    (decision,) = result.decisions
    assert (decision.source, decision.absent, result.generate) == ("missing", ("node3",), ())
    assert result.obstacles == (
        "No host of this play has the key /etc/corosync/authkey, and a new one is not made while hosts that share it"
        " are missing: node3 may have one. Bring them up and run without --limit, or supply the key as content in"
        " ha_shared_keys. Nothing was changed.",
    )


def test_nothing_is_due_where_all_have_the_key() -> None:
    result = plan(state("a", True), state("a", True), state("a", True))
    assert result == Plan(
        decisions=(Decision(PATH, "existing", "node1", "a", (), (), (), ()),),
        due=(),
        obstacles=(),
        generate=(),
        give=(),
        sharers=("node1", "node2", "node3"),
    )


def test_a_file_with_other_rights_is_corrected() -> None:
    assert decide(state("a"), state("a"), state()).correct == ()
    assert decide(state("a"), state("a"), state(), mode="0600").correct == ("node1", "node2")
    assert plan(state("a"), state("a"), state("a"), mode="0600").due == (PATH,)


def test_an_existing_key_goes_to_those_who_lack_it() -> None:
    result = decide(state(), state("b"))
    assert (result.source, result.host, result.write) == ("existing", "node2", ("node1",))
    assert plan(state(), state("b"), host="node2").give == (PATH,)
    assert plan(state(), state("b"), host="node1").give == ()


def test_a_running_hosts_key_wins_over_the_first_ones() -> None:
    result = decide(state("a"), state("b", in_use=True), state("c"))
    assert (result.host, result.write, result.conflicts) == ("node2", ("node1", "node3"), ())


def test_two_running_hosts_with_different_keys_are_a_conflict() -> None:
    states = (state("a", True), state("b", True), state())
    assert decide(*states).conflicts == ("node2",)
    assert plan(*states).obstacles == (
        "/etc/corosync/authkey of node2 differs from the key of node1, and the service that uses it runs there. Nothing"
        " was changed. Stop the service on these hosts, or run playbook quorate.ha_cluster.rotate_authkey to change a"
        " running cluster's key, or set ha_shared_keys_overwrite to true, which replaces the file and takes effect when"
        " the service starts the next time.",
    )
    assert plan(*states, given={"overwrite": True}).obstacles == ()


def test_the_cluster_that_a_package_has_started_uses_no_key() -> None:
    result = decide(state("a"), state("b", True, STOCK), state("c"))
    assert (result.host, result.write, result.conflicts) == ("node1", ("node2", "node3"), ())
    assert decide(state("a"), state("b", True, STOCK), state("c"), service="fence_virtd.service").host == "node1"


def test_no_unit_uses_a_key_without_a_service() -> None:
    assert decide(state("a"), state("b", True), state("c"), service="").host == "node1"


def test_a_supplied_key_wins_but_not_over_one_in_use() -> None:
    result = plan(state("a", True), state(DIGEST, True), content=SECRET)
    (decision,) = result.decisions
    assert (decision.source, decision.write, decision.conflicts) == ("supplied", ("node1",), ("node1",))
    assert result.obstacles[0].startswith("/etc/corosync/authkey of node1 differs from the supplied key, and")
    assert SECRET not in str(result)


def test_content_that_is_no_base64_is_refused_without_being_shown() -> None:
    with pytest.raises(ClusterError, match=r"^ha_shared_keys: the content of /etc/corosync/authkey isn't base64$"):
        plan(state(), state(), state(), content="§secret§")


def test_hosts_that_share_no_key_have_no_part() -> None:
    assert authkey.plan([KEY], found={"vmhost": {**state(), "files": {}}}, host="vmhost") == Plan(
        (), (), (), (), (), ()
    )


def test_a_host_waits_for_those_that_share_its_keys_and_a_hypervisor_for_none() -> None:
    found = {**found_on(state("a"), state("a")), "vmhost": state("f", path=FENCE)}
    keys = [KEY, {**FENCE_KEY, "hosts": ["node1", "vmhost"]}]
    sharers = {
        host: authkey.plan(keys, found=found, host=host, hypervisors=["vmhost"]).sharers for host in ("node1", "vmhost")
    }
    assert sharers == {"node1": ("node1", "node2", "vmhost"), "vmhost": ()}


def files(
    plan: Plan, host: str, contents: dict[str, Any] | None = None, *, check_mode: bool = False, **key: Any
) -> Any:
    decisions = [vars(each) for each in plan.decisions]
    return plan_files([{**KEY, **key}], decisions=decisions, host=host, contents=contents or {}, check_mode=check_mode)


def test_files_carry_the_key_only_to_those_who_need_it() -> None:
    result = plan(state("a"), state())
    # Hosts of another cluster have another key by the same path.
    contents = {
        "other": {"results": [{"source": PATH, "content": "b3RoZXI="}]},
        "node1": {"results": [{"source": PATH, "content": SECRET}, {"skipped": True}]},
        "node2": {"skipped": True},
    }
    assert files(result, "node1", contents) == [{"path": PATH, "owner": "root"}]
    assert files(result, "node2", contents) == [{"path": PATH, "owner": "root", "content": SECRET}]
    assert files(result, "vmhost", contents) == []


def test_a_supplied_key_is_given_to_all() -> None:
    result = plan(state(DIGEST), state(), content=SECRET)
    wanted = [{"path": PATH, "owner": "root", "content": SECRET}]
    assert files(result, "node1", content=SECRET) == files(result, "node2", content=SECRET) == wanted


def test_only_check_mode_foresees_what_is_generated() -> None:
    result = plan(state(), state(), state())
    assert files(result, "node2") == [{"path": PATH, "owner": "root"}]
    assert files(result, "node2", check_mode=True) == [{"path": PATH, "owner": "root", "size": 256}]


def shared(found: dict[str, Any], *clusters: list[str]) -> list[Decision]:
    """What the nodes of each of CLUSTERS decide for the key of a hypervisor that they share."""
    return [
        authkey.decide(
            {
                **KEY,
                "hosts": [*own, "vmhost"],
                "neighbours": [node for other in clusters if other is not own for node in other],
            },
            found,
        )
        for own in clusters
    ]


WEB, DB = ["web1", "web2"], ["db1", "db2"]


def test_clusters_that_share_a_key_agree_on_it() -> None:
    keyless = {name: state() for name in (*WEB, *DB, "vmhost")}
    assert {(one.source, one.host) for one in shared(keyless, WEB, DB)} == {("generate", "db1")}
    each_its_own = {**keyless, "web1": state("w"), "db1": state("d")}
    assert {(one.host, one.sha256) for one in shared(each_its_own, WEB, DB)} == {("db1", "d")}
    hypervisor_runs = {**each_its_own, "vmhost": state("v", in_use=True)}
    assert {(one.host, one.sha256) for one in shared(hypervisor_runs, WEB, DB)} == {("vmhost", "v")}


def test_a_hypervisor_agrees_with_the_cluster_that_is_complete() -> None:
    found = {name: state() for name in ("web1", *DB, "vmhost")}
    web, db = shared(found, WEB, DB)
    own = authkey.decide({**KEY, "hosts": ["vmhost"], "neighbours": [*WEB, *DB]}, found)
    assert (web.source, web.absent) == ("missing", ("web2",))
    assert (own.source, own.host) == (db.source, db.host) == ("generate", "db1")


def test_a_cluster_does_not_wait_for_its_neighbours() -> None:
    alone = {name: state() for name in (*WEB, "vmhost")}
    web, db = shared(alone, WEB, DB)
    assert (web.source, web.host, web.absent) == ("generate", "vmhost", ())
    assert (db.source, db.absent) == ("missing", ("db1", "db2"))


def test_a_cluster_rotates_the_keys_that_no_other_cluster_has() -> None:
    assert plan_rotatable([KEY, {**FENCE_KEY, "neighbours": []}]) == [PATH, FENCE]
    assert plan_rotatable([KEY, {**FENCE_KEY, "neighbours": ["db1"]}]) == [PATH]


def test_all_hosts_of_a_key_that_is_rotated_have_to_take_part() -> None:
    keys = [KEY, FENCE_KEY]
    assert plan_absent(keys, paths=[PATH, FENCE], hosts=["node1"]) == ["node2", "node3", "vmhost"]
    assert plan_absent(keys, paths=[PATH], hosts=NODES) == []


def aged(
    age: float = 10, sha256: str = "aa", *, successor: bool = False, exists: bool = True, active: bool = True
) -> dict[str, Any]:
    """What is found before a rotation on a host, at the second 1000000.5."""
    key = {"exists": True, "sha256": sha256, "mtime": 1_000_000.5 - age} if exists else {"exists": False}
    paths = (PATH, FENCE)
    return {
        "packages": {},
        "texts": {},
        "closed": [],
        "files": dict.fromkeys(paths, key) | {f"{path}.next": {"exists": successor} for path in paths},
        "units": {"fence_virtd.service": {"active": active}},
        "commands": {"clock": {"rc": 0, "stdout": "1000000.5\n", "stderr": ""}},
    }


def rotations(
    *hosts: dict[str, Any], keys: Any = (KEY,), host: str = "node1", older_than: int = 3600, test_fencing: bool = True
) -> list[Rotation]:
    found = {**found_on(*hosts), "vmhost": aged(99999)} if keys != (KEY,) else found_on(*hosts)
    paths = [PATH, FENCE]
    planned = plan_rotation(
        keys,
        paths=paths,
        found=found,
        older_than=older_than,
        host=host,
        nodes=NODES,
        test_fencing=test_fencing,
    )
    assert list(planned) == [each.path for each in planned.values()]
    return list(planned.values())


def is_due(*hosts: dict[str, Any], older_than: int = 3600, **key: Any) -> bool:
    return [each.path for each in rotations(*hosts, keys=(KEY | key,), older_than=older_than)] == [PATH]


def test_the_oldest_copy_counts() -> None:
    assert not is_due(aged(10), aged(20))
    assert not is_due(aged(10), aged(3599))
    assert is_due(aged(10), aged(3600))
    assert is_due(aged(0), aged(0), older_than=0)


def test_a_broken_off_rotation_is_due() -> None:
    assert is_due(aged(10, successor=True), aged(10))


def test_a_supplied_key_is_due_where_it_is_not_yet() -> None:
    assert not is_due(aged(9999, DIGEST), aged(9999, DIGEST), content=SECRET)
    assert is_due(aged(10, DIGEST), aged(10, "other"), content=SECRET)


def test_a_key_that_no_host_has_or_that_was_not_asked_for_is_not_due() -> None:
    assert not is_due(aged(exists=False), aged(exists=False), older_than=0)
    assert not is_due(aged(9999), aged(9999), path="/etc/pacemaker/authkey")


def test_how_corosyncs_key_is_rotated() -> None:
    steps = {host: rotations(aged(9999), aged(9999), aged(9999), host=host)[0] for host in ("node1", "node2", "web1")}
    assert steps["node1"] == Rotation(
        path=PATH,
        hosts=("node1", "node2", "node3"),
        maker="node1",
        file={"path": PATH, "owner": "root"},
        previous={"path": f"{PATH}.previous", "owner": "root", "copy_of": PATH},
        service="corosync.service",
        due=("keep", "make", "place", "reload", "watch", "compare"),
    )
    assert steps["node2"].due == ("keep", "place", "watch", "compare")
    # The pause is one for all, so the hosts that share no key know of it as well.
    assert steps["web1"].due == ("watch",)


@pytest.mark.parametrize(
    ("given", "steps"),
    [
        ({"host": "node1"}, ("keep", "make", "place", "restart", "test")),
        ({"host": "node2"}, ("keep", "place", "restart", "test")),
        ({"host": "node2", "test_fencing": False}, ("keep", "place", "restart")),
        ({"host": "node3"}, ("keep", "place", "test")),
        ({"host": "vmhost"}, ("keep", "place", "restart")),
    ],
    ids=["first", "second", "no test", "stopped", "hypervisor"],
)
def test_how_the_key_of_fence_virt_is_rotated(given: dict[str, Any], steps: tuple[str, ...]) -> None:
    (rotation,) = rotations(aged(), aged(), aged(active=False), keys=(FENCE_KEY,), **given)
    assert (rotation.service, rotation.file) == ("fence_virtd.service", {"path": FENCE, "mode": "0600"})
    assert rotation.due == steps


def test_a_key_that_is_read_whenever_it_is_used_is_only_exchanged() -> None:
    key = {**KEY, "takes_over": None, "service": "pacemaker.service"}
    (rotation,) = rotations(aged(9999), keys=(key,))
    assert rotation.due == ("keep", "make", "place")


def test_the_successor_is_the_supplied_key_or_a_new_one() -> None:
    assert plan_successor([FENCE_KEY, KEY], path=PATH) == {"path": f"{PATH}.next", "content": "", "size": 256}
    assert plan_successor([{**KEY, "content": SECRET, "size": 128}], path=PATH) == {
        "path": f"{PATH}.next",
        "content": SECRET,
        "size": 128,
    }


def test_hosts_that_left_or_failed_lack_the_successor() -> None:
    assert plan_lacking(NODES, placed={name: {"changed": True} for name in NODES}) == []
    assert plan_lacking(NODES, placed={"node1": {"failed": False}, "node2": {"failed": True}}) == ["node2", "node3"]


BEFORE = {"reloaded": False, "formed": 7, "members": ["node1", "node2", "node3"], "links_down": []}
AFTER = {**BEFORE, "reloaded": True}


def change(**changes: Any) -> list[str]:
    return plan_change({**AFTER, **changes}, before=BEFORE, node="node1", nodes=NODES)


def test_a_cluster_that_has_taken_the_key_over_is_seen_as_before() -> None:
    assert change() == []


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"reloaded": False}, "not reloaded its file, has formed 7 memberships (7 before), has 3 of 3 {}no link."),
        ({"formed": 9}, "reloaded its file, has formed 9 memberships (7 before), has 3 of 3 {}no link."),
        ({"members": ["node1"]}, "reloaded its file, has formed 7 memberships (7 before), has 1 of 3 {}no link."),
        ({"links_down": ["a", "b"]}, "reloaded its file, has formed 7 memberships (7 before), has 3 of 3 {}a, b."),
    ],
)
def test_each_change_of_the_membership_is_told(changes: dict[str, Any], text: str) -> None:
    begin = "With the new key node node1 does not see the others as before. Its corosync has "
    assert change(**changes) == [begin + text.format("members, and lacks ")]
