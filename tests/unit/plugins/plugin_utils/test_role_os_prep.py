# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role os_prep: what it does on a node."""

from __future__ import annotations

import pathlib
import types
from typing import Any

import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles import os_prep
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.os_prep import (
    Clock,
    Plan,
    clock_difference,
    hosts_block,
    plan,
    plan_password,
)

CHECKOUT = pathlib.Path(__file__).resolve().parents[4]
PASSWORD = "Hello world!"
# Made by `openssl passwd -6 -salt saltstring "Hello world!"`.
HASH = "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"
SHADOW = f"hacluster:{HASH}:20000:0:99999:7:::\n"
NODES = {"node2": {"cluster": "198.51.100.2"}, "node1": {"cluster": "198.51.100.1"}}
BLOCK = "198.51.100.1 node1\n198.51.100.2 node2"
HOSTS = f"127.0.0.1 localhost\n# BEGIN cluster nodes\n{BLOCK}\n# END cluster nodes\n"
CONFIGURED = "nodelist {\n  node {\n    ring0_addr: 198.51.100.1\n  }\n}\n"
STOCK = "nodelist {\n  node {\n    ring0_addr: 127.0.0.1\n  }\n}\n"
NEEDRESTART = "/etc/needrestart/conf.d/quorate.conf"
RULE = {NEEDRESTART: {"content": "a rule\n"}}
RUNS, STARTS = {"loaded": True, "active": True}, {"loaded": True, "enabled": True}
NO_TIME_SERVICE = (
    "No time service runs on host node1, so the nodes' clocks will drift apart. Set ha_time_service to one that this"
    " role installs, such as chrony, or start yours; ha_time_check: false does without."
)
CLOCK = (
    "The clock of host node1 differs from that of node2 by 3.0 s or more; ha_time_max_difference allows 2 s. Set it"
    " right, with `chronyc makestep` for one."
)


def answer(stdout: str = "", rc: int = 0) -> dict[str, Any]:
    return {"rc": rc, "stdout": stdout, "stderr": ""}


def look(
    *,
    packages: dict[str, bool] | None = None,
    units: dict[str, dict[str, bool]] | None = None,
    texts: dict[str, str] | None = None,
    needrestart: bool = False,
    **commands: dict[str, Any],
) -> dict[str, Any]:
    """A node with all that it should have, in a cluster, whose clock was read at the second 1000."""
    names = (*os_prep.CLUSTER_UNITS, *os_prep.TIME_UNITS, "lighttpd")
    return {
        "packages": {"pacemaker": True, "pcs": True, **(packages or {})},
        "units": {**{name: {} for name in names}, "chrony": {**RUNS, **STARTS}, **(units or {})},
        "files": {"/etc/needrestart/needrestart.conf": {"exists": needrestart}},
        "texts": {
            "/etc/hostname": "node1\n",
            "/etc/hosts": HOSTS,
            "/etc/corosync/corosync.conf": CONFIGURED,
            NEEDRESTART: "a rule\n",
            **(texts or {}),
        },
        "closed": [],
        "commands": {
            "clock": answer("1000.5 1000.0\n"),
            "name": answer("node1\n"),
            "container": answer("none\n", rc=1),
            "shadow": answer(SHADOW),
            **commands,
        },
    }


def planned(found: dict[str, Any], **given: Any) -> Plan:
    usual = {
        "host": "node1",
        "nodes": NODES,
        "network": "cluster",
        "domain": "",
        "marker": "cluster nodes",
        "hostname_managed": True,
        "password": PASSWORD,
        "needrestart_files": RULE,
        "disabled_units": ["lighttpd"],
        "time_service": "",
        "time_unit": "",
        "time_check": True,
        "max_difference": 2.0,
        "reference": "node2",
        "reference_clock": "1000.5 1000.0\n",
        "now": 1001.0,
        "check_mode": False,
    }
    return plan(found, **{**usual, **given})


def without_cluster(**given: Any) -> dict[str, Any]:
    return look(**{**given, "texts": {"/etc/corosync/corosync.conf": "", **given.get("texts", {})}})


def test_nothing_is_due_on_a_node_that_is_as_wanted() -> None:
    done = planned(look())
    assert (done.due, done.names.due, done.missing, done.units, done.time_problems) == ((), (), (), (), ())


@pytest.mark.parametrize(
    ("found", "given", "steps"),
    [
        (look(packages={"pcs": False}), {}, ("install",)),
        (look(texts={"/etc/hostname": "debian\n"}), {}, ("names",)),
        (look(name=answer("debian\n")), {}, ("names",)),
        (look(texts={"/etc/hostname": "debian\n"}, name=answer("debian\n")), {"hostname_managed": False}, ()),
        (look(texts={"/etc/hosts": ""}), {}, ("names",)),
        (look(shadow=answer(rc=2)), {}, ("password",)),
        (look(shadow=answer("hacluster:!:20000::::::\n")), {}, ("password",)),
        (look(), {"password": "another"}, ("password",)),
        (look(texts={NEEDRESTART: ""}), {}, ()),
        (look(texts={NEEDRESTART: ""}, needrestart=True), {}, ("needrestart",)),
        (look(needrestart=True), {}, ()),
        (look(units={"lighttpd": STARTS}), {}, ("disable",)),
        (look(units={"lighttpd": RUNS}), {}, ()),
        (look(units={"lighttpd": STARTS}), {"disabled_units": []}, ()),
        (look(units={"chrony": {}}), {}, ("time",)),
        (look(units={"chrony": {}}), {"time_check": False}, ()),
        (look(units={"chrony": {}}, container=answer("systemd-nspawn\n")), {}, ()),
        (look(units={"chrony": {}, "ntpsec": RUNS}), {}, ()),
        (look(clock=answer("1004.5 1000.0\n")), {}, ("time",)),
        (look(clock=answer("1004.5 1000.0\n")), {"time_check": False}, ()),
        (look(clock=answer("1004.5 1000.0\n")), {"max_difference": 3.0}, ()),
    ],
)
def test_steps_with_something_to_do(found: dict[str, Any], given: dict[str, Any], steps: tuple[str, ...]) -> None:
    assert planned(found, **given).due == steps


def test_the_packages_to_install_are_those_that_are_missing() -> None:
    assert planned(look(packages={"pcs": False, "chrony": False})).missing == ("pcs", "chrony")


IDLE = (
    {"name": "pacemaker", "state": "stopped", "enabled": False},
    {"name": "corosync", "state": "stopped", "enabled": False},
)
CHRONY = {"name": "chrony", "state": "started", "enabled": True}


@pytest.mark.parametrize("unit", ["pacemaker", "corosync"])
@pytest.mark.parametrize("state", [RUNS, STARTS])
@pytest.mark.parametrize("configuration", ["", STOCK])
def test_a_cluster_that_nobody_has_set_up_does_not_run(unit: str, state: dict[str, bool], configuration: str) -> None:
    texts = {"/etc/corosync/corosync.conf": configuration}
    done = planned(look(texts=texts, units={unit: state}))
    assert (done.due, done.units) == (("service",), IDLE)
    assert planned(look(texts=texts)).due == ()
    assert planned(look(units={unit: state})).due == ()  # there is one


@pytest.mark.parametrize(
    ("state", "due"), [({}, True), (RUNS, True), (STARTS, True), ({**RUNS, **STARTS}, False)], ids=str
)
def test_the_time_service_runs_and_starts_at_boot(state: dict[str, bool], due: bool) -> None:
    found = look(units={"chrony": state, "ntp": RUNS})
    done = planned(found, time_service="chrony", time_unit="chrony")
    assert (done.due, done.units) == (("service",) if due else (), (CHRONY,))
    assert planned(found).due == ()


def test_the_time_service_may_have_a_unit_of_another_name() -> None:
    found = look(units={"chrony": {}, "chronyd": {**RUNS, **STARTS}})
    assert planned(found, time_service="chrony", time_unit="chronyd").due == ()


def test_both_are_due_on_a_node_without_a_cluster() -> None:
    found = without_cluster(units={"chrony": {}, "ntp": RUNS})
    done = planned(found, time_service="chrony", time_unit="chrony")
    assert (done.due, done.units) == (("service",), (*IDLE, CHRONY))


def test_check_mode_on_a_blank_node_asks_nothing_that_comes_with_the_packages() -> None:
    blank = without_cluster(
        packages={"pcs": False},
        units={"chrony": {}},
        texts={"/etc/hosts": "", "/etc/hostname": "debian\n"},
        shadow=answer(rc=2),
    )
    given = {"time_service": "chrony", "time_unit": "chrony"}
    assert planned(blank, check_mode=True, **given).due == ("install", "names", "password")
    assert planned(blank, **given).due == ("install", "names", "password", "service", "time")
    assert planned(blank, check_mode=True).due == ("install", "names", "password", "time")


@pytest.mark.parametrize(
    ("found", "given", "due"),
    [
        (look(texts={"/etc/hostname": "debian\n"}), {}, ("hostname",)),
        (look(texts={"/etc/hosts": f"{HOSTS}127.0.1.1 node1\n"}), {}, ("stale",)),
        (look(texts={"/etc/hosts": "127.0.0.1 localhost\n"}), {}, ("hosts",)),
        (look(), {"domain": "example.com"}, ("hosts",)),
        (look(), {"nodes": {"node1": {"cluster": "node1"}}}, ("hosts",)),
        (look(texts={"/etc/hosts": ""}), {"nodes": {"node1": {"cluster": "node1"}}}, ()),
        (
            look(texts={"/etc/hosts": "10.9.9.8 node2\n"}, name=answer("debian\n")),
            {},
            ("hostname", "stale", "hosts"),
        ),
    ],
)
def test_names_that_differ(found: dict[str, Any], given: dict[str, Any], due: tuple[str, ...]) -> None:
    done = planned(found, **given)
    assert (done.due, done.names.due) == (("names",) if due else (), due)


def test_what_stays_of_a_line_with_a_stale_name() -> None:
    (line,) = planned(look(texts={"/etc/hosts": f"{HOSTS}10.9.9.8 node2 backup\n"})).names.stale
    assert line == {"line": "10.9.9.8 node2 backup", "left": "10.9.9.8 backup", "replacement": "10.9.9.8 backup"}


def test_nodes_are_written_in_the_order_of_their_names() -> None:
    nodes = {"b": {"cluster": "192.0.2.2"}, "C": {"cluster": "192.0.2.3"}, "a": {"cluster": "192.0.2.1"}}
    assert hosts_block(nodes, "cluster", "") == "192.0.2.1 a\n192.0.2.2 b\n192.0.2.3 C"


def test_the_full_name_comes_first() -> None:
    assert hosts_block({"a": {"cluster": "192.0.2.1"}}, "cluster", "example.com") == "192.0.2.1 a.example.com a"


def test_a_name_that_is_its_own_address_is_not_written() -> None:
    nodes = {"a": {"cluster": "a"}, "b": {"cluster": "192.0.2.2"}, "c": {"public": "192.0.2.3"}}
    assert hosts_block(nodes, "cluster", "") == "192.0.2.2 b"


@pytest.mark.parametrize(
    ("mine", "theirs", "now", "least"),
    [
        # Read at once, on clocks that agree and on those that don't.
        ((1000.0, 1000.0), (1000.0, 1000.0), 1000.0, 0.0),
        ((1003.0, 1000.0), (1000.0, 1000.0), 1000.0, 3.0),
        ((997.0, 1000.0), (1000.0, 1000.0), 1000.0, 3.0),
        # It took 2 s, in which either may have been read.
        ((1003.0, 1000.0), (1000.0, 1000.0), 1002.0, 1.0),
        ((1002.0, 1000.0), (1000.0, 1000.0), 1002.0, 0.0),
        # One node was asked 100 s after the other.
        ((1100.0, 1100.0), (1000.0, 1000.0), 1100.5, -0.5),
        ((1105.0, 1100.0), (1000.0, 1000.0), 1100.5, 4.5),
        # One that is behind may as well be a later reading of the other.
        ((1095.0, 1100.0), (1000.0, 1000.0), 1100.5, -5.5),
    ],
)
def test_clocks_differ_by_at_least(
    mine: tuple[float, float], theirs: tuple[float, float], now: float, least: float
) -> None:
    assert clock_difference(Clock(*mine), Clock(*theirs), now) == least
    assert clock_difference(Clock(*theirs), Clock(*mine), now) == least


def test_a_clock_agrees_with_itself() -> None:
    assert clock_difference(Clock(990.0, 1000.0), Clock(990.0, 1000.0), 1000.5) <= 0


def test_each_problem_with_the_time_is_told() -> None:
    wrong = {"clock": answer("1004.5 1000.0\n"), "units": {"chrony": {}}}
    assert planned(look(**wrong)).time_problems == (NO_TIME_SERVICE, CLOCK)
    assert planned(look(clock=wrong["clock"])).time_problems == (CLOCK,)
    assert planned(look(units=wrong["units"])).time_problems == (NO_TIME_SERVICE,)


def test_a_fraction_that_is_allowed_is_told() -> None:
    (text,) = planned(look(clock=answer("1004.5 1000.0\n")), max_difference=0.25).time_problems
    assert "node2 by 3.0 s or more; ha_time_max_difference allows 0.25 s." in text


def test_a_password_alone() -> None:
    assert not plan_password(SHADOW, password=PASSWORD)
    assert plan_password(SHADOW, password="another")
    assert plan_password("", password=PASSWORD)


def test_the_role_looks_at_all_that_the_plan_asks_for() -> None:
    (task,) = yaml.safe_load((CHECKOUT / "roles/os_prep/tasks/look.yml").read_text())
    asked = types.SimpleNamespace(**task["quorate.ha_cluster.internal_machine_info"])
    assert set(task["vars"]["__os_prep_units"]) == {*os_prep.CLUSTER_UNITS, *os_prep.TIME_UNITS}
    assert {os_prep.HOSTNAME, os_prep.HOSTS, os_prep.COROSYNC} < set(asked.texts)
    assert asked.files == [os_prep.NEEDRESTART]
