# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import hashlib
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.filter.internal_authkey_files import authkey_files
from ansible_collections.quorate.ha_cluster.plugins.filter.internal_authkey_plan import authkey_plan

PATH = "/etc/corosync/authkey"
KEY = {
    "path": PATH,
    "hosts": ["node1", "node2", "node3"],
    "content": "",
    "owner": "root",
    "service": "corosync.service",
}
SECRET = base64.b64encode(b"\x00\xff\n" * 50).decode()


STOCK = "nodelist {\n node {\n ring0_addr: 127.0.0.1\n }\n}\n"


def state(sha256: str = "", in_use: bool = False, configuration: str = "") -> dict[str, Any]:
    """What internal_machine_info finds on a host."""
    key = {"exists": True, "sha256": sha256, "owner": "root", "group": "root", "mode": "0400"}
    return {
        "files": {PATH: key if sha256 else {"exists": False}},
        "units": {"corosync.service": {"active": in_use}},
        "texts": {"/etc/corosync/corosync.conf": configuration},
    }


def plan(*states: dict[str, Any], **key: Any) -> dict[str, Any]:
    found = {f"node{number}": value for number, value in enumerate(states, 1)}
    return authkey_plan([{**KEY, **key}], found)[0]


def test_the_first_host_generates_a_key_that_nobody_has() -> None:
    result = plan(state(), state(), state())
    assert (result["source"], result["host"]) == ("generate", "node1")
    assert result["write"] == ["node1", "node2", "node3"]


def test_no_key_is_generated_while_a_host_is_missing() -> None:
    result = plan(state(), state())
    assert (result["source"], result["absent"]) == ("missing", ["node3"])


def test_a_file_with_other_rights_is_corrected() -> None:
    assert plan(state("a"), state("a"), state())["correct"] == []
    assert plan(state("a"), state("a"), state(), mode="0600")["correct"] == ["node1", "node2"]


def test_an_existing_key_goes_to_those_who_lack_it() -> None:
    result = plan(state(), state("b"))
    assert (result["source"], result["host"], result["write"]) == ("existing", "node2", ["node1"])


def test_a_running_hosts_key_wins_over_the_first_ones() -> None:
    result = plan(state("a"), state("b", in_use=True), state("c"))
    assert (result["host"], result["write"], result["conflicts"]) == ("node2", ["node1", "node3"], [])


def test_two_running_hosts_with_different_keys_are_a_conflict() -> None:
    assert plan(state("a", True), state("b", True), state())["conflicts"] == ["node2"]


def test_the_cluster_that_a_package_has_started_uses_no_key() -> None:
    result = plan(state("a"), state("b", True, STOCK), state("c"))
    assert (result["host"], result["write"], result["conflicts"]) == ("node1", ["node2", "node3"], [])
    assert plan(state("a"), state("b", True, STOCK), state("c"), service="fence_virtd.service")["host"] == "node1"


def test_a_key_without_a_service_is_in_nobody_s_use() -> None:
    assert plan(state("a"), state("b", True), state("c"), service="")["host"] == "node1"


def test_a_supplied_key_wins_but_not_over_one_in_use() -> None:
    digest = hashlib.sha256(base64.b64decode(SECRET)).hexdigest()
    result = plan(state("a", True), state(digest, True), content=SECRET)
    assert (result["source"], result["write"], result["conflicts"]) == ("supplied", ["node1"], ["node1"])
    assert SECRET not in str(result)


def test_hosts_that_share_no_key_have_no_part() -> None:
    assert authkey_plan([KEY], {"hypervisor": {**state(), "files": {}}}) == []


def test_files_carry_the_key_only_to_those_who_need_it() -> None:
    plans = authkey_plan([KEY], {"node1": state("a"), "node2": state()})
    # Hosts of another cluster have another key by the same path.
    contents = {"other": [{"source": PATH, "content": "b3RoZXI="}], "node1": [{"source": PATH, "content": SECRET}]}
    assert authkey_files([KEY], plans, "node1", contents) == [{"path": PATH, "owner": "root"}]
    assert authkey_files([KEY], plans, "node2", contents)[0]["content"] == SECRET
    assert authkey_files([KEY], plans, "hypervisor", contents) == []


def test_only_the_task_that_generates_gives_a_size() -> None:
    plans = authkey_plan([KEY], {node: state() for node in KEY["hosts"]})
    assert "size" not in authkey_files([KEY], plans, "node1")[0]
    assert authkey_files([KEY], plans, "node1", generate=True)[0]["size"] == 256


def shared(found: dict[str, Any], *clusters: list[str]) -> list[dict[str, Any]]:
    """The plans that the nodes of each of CLUSTERS make for the key of a hypervisor that they share."""
    return [
        authkey_plan(
            [
                {
                    **KEY,
                    "hosts": [*own, "vmhost"],
                    "neighbours": [node for other in clusters if other is not own for node in other],
                }
            ],
            found,
        )[0]
        for own in clusters
    ]


WEB, DB = ["web1", "web2"], ["db1", "db2"]


def test_clusters_that_share_a_key_agree_on_it() -> None:
    keyless = {name: state() for name in (*WEB, *DB, "vmhost")}
    assert {(one["source"], one["host"]) for one in shared(keyless, WEB, DB)} == {("generate", "db1")}
    each_its_own = {**keyless, "web1": state("w"), "db1": state("d")}
    assert {(one["host"], one["sha256"]) for one in shared(each_its_own, WEB, DB)} == {("db1", "d")}
    hypervisor_runs = {**each_its_own, "vmhost": state("v", in_use=True)}
    assert {(one["host"], one["sha256"]) for one in shared(hypervisor_runs, WEB, DB)} == {("vmhost", "v")}


def test_a_hypervisor_agrees_with_the_cluster_that_is_complete() -> None:
    found = {name: state() for name in ("web1", *DB, "vmhost")}
    web, db = shared(found, WEB, DB)
    (own,) = authkey_plan([{**KEY, "hosts": ["vmhost"], "neighbours": [*WEB, *DB]}], found)
    assert (web["source"], web["absent"]) == ("missing", ["web2"])
    assert (own["source"], own["host"]) == (db["source"], db["host"]) == ("generate", "db1")


def test_a_cluster_does_not_wait_for_its_neighbours() -> None:
    alone = {name: state() for name in (*WEB, "vmhost")}
    web, db = shared(alone, WEB, DB)
    assert (web["source"], web["host"], web["absent"]) == ("generate", "vmhost", [])
    assert (db["source"], db["absent"]) == ("missing", DB)
