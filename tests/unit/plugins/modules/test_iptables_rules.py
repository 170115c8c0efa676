# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""iptables_rules on a node: what it asks, in which order it changes things, and that there is always a way back."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall import node as node_module
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.plan import TIMER, Boot
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import Access
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult
from ansible_collections.quorate.ha_cluster.plugins.modules.iptables_rules import bring_about

OPEN = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n"
NETWORKS = {"lan": {"interface": "eth0", "subnet": "192.0.2.0/24"}}
ADDRESSES = [{"ifname": "lo"}, {"ifname": "eth0", "addr_info": [{"local": "192.0.2.1"}]}, {}]
CHANGING = ("systemd-run", "iptables-restore", "ip6tables-restore", "systemctl", "nft delete")
BOOT_UNIT = "netfilter-persistent.service"
OTHERS = ("firewalld.service", "nftables.service", "ufw.service")


class Node:
    """A node with iptables: answers commands, keeps what they change, and notes those that change something."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.loaded = {"iptables": OPEN, "ip6tables": OPEN}
        self.files: dict[str, str] = {}
        self.boot = Boot((BOOT_UNIT,), {name: str(folder / "rules" / name) for name in ("ipv4", "ipv6")})
        self.active: set[str] = set()
        self.enabled: set[str] = set()
        self.units: set[str] = {BOOT_UNIT}
        self.programs = {"iptables-restore", "ip6tables-restore", "nft", "modprobe"}
        self.returning = 0  # how often the service of the timer is seen to run
        self.answers: dict[str, tuple[int, str, str]] = {}  # by the beginning of a command
        self.trials: list[str] = []
        self.commands: list[str] = []

    def find(self, name: str) -> str | None:
        return f"/usr/sbin/{name}" if name in self.programs else None

    def run(self, argv: list[str], stdin: str | None = None, environment: t.Any = None) -> CommandResult:
        words = " ".join(argv)
        if words.startswith(CHANGING) and "systemctl show" not in words and "is-active" not in words:
            self.commands.append(words)
        answer = next((self.answers[start] for start in self.answers if words.startswith(start)), None)
        return CommandResult(*(answer or self.answer(argv, stdin)))

    def answer(self, argv: list[str], stdin: str | None) -> tuple[int, str, str]:
        program, *rest = argv
        if program == "systemctl":
            return self.systemctl(rest)
        if program == "unshare":
            self.trials.append(str(stdin))
            return 0, str(stdin), ""
        if program.endswith("-save"):
            return 0, self.loaded[program[: -len("-save")]], ""
        if program.endswith("-restore") and "--test" not in rest:
            self.loaded[program[: -len("-restore")]] = self.files[rest[-1]]
        if program == "systemd-run":
            self.active.add(f"{TIMER}.timer")
        return 0, json.dumps(ADDRESSES) if program == "ip" else "", ""

    def systemctl(self, rest: list[str]) -> tuple[int, str, str]:
        step, *names = rest
        if step == "show":
            return 0, "\n\n".join(map(self.shown, names[1:])), ""
        if step == "is-active":
            self.returning -= 1
            return (0 if self.returning >= 0 else 3), "", ""
        if step == "stop" and names == [f"{TIMER}.timer"] and names[0] not in self.active:
            return 5, "", "not loaded"
        changed = {"stop": self.active, "mask": self.units}.get(step, self.enabled)
        changed.update(names) if step == "enable" else changed.difference_update(names)
        return 0, "", ""

    def shown(self, name: str) -> str:
        return (
            f"LoadState={'loaded' if name in self.units | self.active else 'not-found'}\n"
            f"ActiveState={'active' if name in self.active else 'inactive'}\n"
            f"UnitFileState={'enabled' if name in self.enabled else 'disabled'}\n"
        )

    def run_other(self, unit: str) -> None:
        """Have another packet filter run."""
        for units in (self.active, self.enabled, self.units):
            units.add(unit)

    def go_back(self) -> None:
        """Let the timer go off."""
        self.active.discard(f"{TIMER}.timer")
        self.loaded = {"iptables": OPEN, "ip6tables": OPEN}

    @property
    def rollback(self) -> str:
        """What the timer does."""
        (timer,) = [command for command in self.commands if command.startswith("systemd-run")]
        return timer.partition("/bin/sh -c ")[2]

    def bring(self, *, check_mode: bool = False, state: str = "present", **more: t.Any) -> dict[str, t.Any]:
        params = {
            "networks": NETWORKS,
            "accept": [{"networks": ["lan"], "ports": ["22"], "services": [], "sources": [], "anywhere": False}],
            "ports_by_service": {},
            "link_options": {},
            "transport": "knet",
            "rules": [],
            "rules_ipv6": [],
            "foreign_chains": [],
            "replaced_units": list(OTHERS),
            "lockout_check": True,
            "rollback_timeout": 9,
            "state": state,
            **more,
        }
        return bring_about(t.cast(t.Any, self), params, check_mode=check_mode)

    def finish(self) -> None:
        """Have the filter loaded and confirmed."""
        assert self.bring()["unconfirmed"]
        self.bring(state="confirmed")
        self.commands.clear()


@pytest.fixture
def node(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Node:
    made = Node(tmp_path)
    monkeypatch.setattr(node_module, "boot_of_node", lambda: made.boot)
    monkeypatch.setattr(node_module, "ssh_connection", lambda: "192.0.2.9 50000 192.0.2.1 22")
    monkeypatch.setattr(node_module, "IPV6", "/proc")
    monkeypatch.setattr(node_module, "RULES", Access(0o640))
    monkeypatch.setattr(node_module, "make_folder", lambda path, _access, _label: pathlib.Path(path).mkdir())
    monkeypatch.setattr(node_module.load, "__defaults__", (made.files.__setitem__,))
    monkeypatch.setattr(node_module.call_off, "__defaults__", (lambda _seconds: None,))
    return made


# --- look ------------------------------------------------------------------------------------------------------------


def test_a_node_that_differs_gets_the_rules_and_then_keeps_them(node: Node) -> None:
    first = node.bring()
    assert first["unconfirmed"]
    assert (first["changed"], first["loaded"], first["replaced"]) == (True, ["ipv4", "ipv6"], [])
    assert [command.split()[0] for command in node.commands] == ["systemd-run", "iptables-restore", "ip6tables-restore"]
    assert "-A INPUT -i eth0 -s 192.0.2.0/24 -p tcp -m tcp --dport 22 -j ACCEPT" in node.loaded["iptables"]
    assert not pathlib.Path(node.boot.files["ipv4"]).exists(), "not before Ansible has connected again"
    assert node.trials[0].startswith("*filter\n")
    second = node.bring(state="confirmed")
    assert "unconfirmed" not in second
    assert pathlib.Path(node.boot.files["ipv4"]).read_text() == node.loaded["iptables"]
    assert BOOT_UNIT in node.enabled
    node.commands.clear()
    again = node.bring()
    assert (again["changed"], again["diff"], node.commands) == (False, [], [])


def test_rules_are_compared_in_the_form_that_the_kernel_gives_them(node: Node) -> None:
    """As when iptables-save prints more of a rule than was written."""
    printed = OPEN.replace("COMMIT", "-A INPUT -s 192.0.2.0/24 -j ACCEPT\nCOMMIT")
    node.answers["unshare"] = (0, printed, "")
    node.loaded = {"iptables": printed, "ip6tables": printed}
    assert node.bring(check_mode=True)["loaded"] == []


def test_check_mode_tells_and_changes_nothing(node: Node) -> None:
    node.run_other("firewalld.service")
    found = node.bring(check_mode=True)
    assert (found["changed"], found["replaced"], node.commands) == (True, ["firewalld.service"], [])
    assert found["persisted"] == list(node.boot.files.values())
    assert [each["after_header"] for each in found["diff"]] == [
        "iptables: loaded",
        node.boot.files["ipv4"],
        "ip6tables: loaded",
        node.boot.files["ipv6"],
        "systemd units",
    ]
    assert found["diff"][-1]["after"].splitlines() == [
        "stop firewalld.service",
        "disable firewalld.service",
        "mask firewalld.service",
        f"enable {BOOT_UNIT}",
    ]
    assert found["missing"] == []


def test_only_the_file_or_the_unit_differs(node: Node) -> None:
    node.finish()
    pathlib.Path(node.boot.files["ipv6"]).write_text("")
    found = node.bring()
    assert (found["changed"], found["loaded"]) == (True, [])
    assert found["persisted"] == [node.boot.files["ipv6"]]
    assert [command.split()[:2] for command in node.commands] == [["ip6tables-restore", "--test"]]
    node.enabled.clear()
    assert node.bring()["changed"] is True
    assert node.commands[-1] == f"systemctl enable {BOOT_UNIT}"


def test_a_kernel_without_ipv6_gets_no_rules_for_it(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_module, "IPV6", "/proc/nothing")
    assert node.bring()["loaded"] == ["ipv4"]


def test_rules_that_iptables_refuses(node: Node) -> None:
    node.answers["unshare"] = (1, "", "line 7 failed\n")
    with pytest.raises(ClusterError, match="iptables-restore does not accept the rules: line 7 failed"):
        node.bring()
    assert node.commands == []


# --- what is missing -------------------------------------------------------------------------------------------------


def test_without_iptables_check_mode_predicts_and_a_run_names_what_is_missing(node: Node) -> None:
    node.programs.clear()
    node.units.clear()
    found = node.bring(check_mode=True)
    assert (found["changed"], found["loaded"]) == (True, ["ipv4", "ipv6"])
    assert found["missing"] == ["iptables-restore", "ip6tables-restore", BOOT_UNIT]
    with pytest.raises(ClusterError, match="lacks iptables-restore, ip6tables-restore") as raised:
        node.bring()
    assert raised.value.details["missing"] == ["iptables-restore", "ip6tables-restore"]
    assert node.commands == []


@pytest.mark.parametrize(
    ("version", "modprobe", "missing"), [("nf_tables", 1, True), ("nf_tables", 0, False), ("legacy", 1, False)]
)
def test_a_kernel_without_the_module_for_iptables_is_told_from_rules_that_are_wrong(
    node: Node, version: str, modprobe: int, missing: bool
) -> None:
    """EL 10 has nft_compat in the package kernel-modules-extra, and iptables-restore says: No such file."""
    node.answers = {
        "unshare": (1, "", "line 8: RULE_APPEND failed (No such file or directory): rule in chain INPUT\n"),
        "iptables --version": (0, f"iptables v1.8.11 ({version})", ""),
        "ip6tables --version": (0, f"ip6tables v1.8.11 ({version})", ""),
        "modprobe --dry-run --quiet nft_compat": (modprobe, "", ""),
    }
    with pytest.raises(ClusterError) as raised:
        node.bring()
    assert (raised.value.details.get("missing") == ["nft_compat"]) is missing
    assert ("kernel-modules-extra" in str(raised.value)) is missing
    assert ("RULE_APPEND failed" in str(raised.value)) is not missing


def test_rules_are_in_force_before_what_loads_them_at_boot_is_installed(node: Node) -> None:
    """On Debian installing that removes ufw, whose rules could not return then."""
    node.units.clear()
    assert node.bring()["unconfirmed"]
    with pytest.raises(ClusterError, match="The rules are in force, but will not be loaded at boot") as raised:
        node.bring(state="confirmed")
    assert raised.value.details == {"missing": [BOOT_UNIT], "changed": True}
    assert f"{TIMER}.timer" not in node.active
    with pytest.raises(ClusterError, match=BOOT_UNIT) as raised:
        node.bring()
    assert raised.value.details["changed"] is False


# --- checks before anything is loaded --------------------------------------------------------------------------------


def test_an_interface_that_is_not_there(node: Node) -> None:
    with pytest.raises(ClusterError, match=r"This host has no interface eth7 \(network lan\); it has eth0, lo\."):
        node.bring(networks={"lan": {"interface": "eth7", "subnet": "192.0.2.0/24"}})
    assert node.commands == []


def test_rules_that_lock_ansible_out_are_refused(node: Node) -> None:
    networks = {"lan": {"interface": "eth0", "subnet": "198.51.100.0/24"}}
    for check_mode in (True, False):
        with pytest.raises(ClusterError, match=r"The rules would lock Ansible out: it comes from 192\.0\.2\.9"):
            node.bring(networks=networks, check_mode=check_mode)
    assert node.commands == []
    assert node.bring(networks=networks, lockout_check=False)["unconfirmed"]


def test_the_connection_is_found_above_sudo(tmp_path: pathlib.Path) -> None:
    for pid, parent, environment in ((7, 5, b"A=1\0"), (5, 1, b"B=2\0SSH_CONNECTION=192.0.2.9 1 192.0.2.1 22\0")):
        folder = tmp_path / str(pid)
        folder.mkdir()
        (folder / "environ").write_bytes(environment)
        (folder / "stat").write_text(f"{pid} (a ) b) S {parent} 1 1")
    assert node_module.ssh_connection(str(tmp_path), 7) == "192.0.2.9 1 192.0.2.1 22"
    (tmp_path / "5" / "environ").unlink()
    assert node_module.ssh_connection(str(tmp_path), 7) == ""


# --- the way back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", OTHERS)
def test_the_timer_is_set_before_another_filter_is_stopped_and_starts_it_again(node: Node, unit: str) -> None:
    node.run_other(unit)
    node.answers["nft list table"] = (1, "", "")
    assert node.bring()["replaced"] == [unit]
    rules = ["iptables-restore", "ip6tables-restore"]
    assert [command.split()[0] for command in node.commands] == ["systemd-run", *rules, "systemctl", *rules]
    assert f"systemctl stop {unit}" in node.commands
    assert node.rollback.startswith(f"systemctl start {unit}\n")
    assert "iptables-restore --wait 10 --table filter /run/ha_cluster-iptables.ipv4.old" in node.rollback
    assert node.files["/run/ha_cluster-iptables.ipv4.old"] == OPEN
    assert unit in node.enabled, "not before Ansible has connected again"
    node.bring(state="confirmed")
    assert unit not in node.enabled
    assert ("systemctl mask firewalld.service" in node.commands) is (unit == "firewalld.service")


def test_a_filter_that_only_boot_would_start_is_disabled_without_loading_anything(node: Node) -> None:
    node.finish()
    node.enabled.add("nftables.service")
    assert node.bring()["replaced"] == ["nftables.service"]
    assert node.commands == ["systemctl disable nftables.service"]


def test_rules_of_nftables_that_came_by_hand_return_as_well(node: Node) -> None:
    node.run_other("nftables.service")
    node.answers["nft --stateless list ruleset"] = (0, "table inet f", "")
    node.bring()
    assert node.rollback.endswith("\nnft -f /run/ha_cluster-iptables.ruleset")
    assert node.files["/run/ha_cluster-iptables.ruleset"] == "flush ruleset\ntable inet f"


@pytest.mark.parametrize("has_nft", [True, False], ids=["it can't read it", "no nft"])
def test_where_nft_can_not_keep_the_rules_the_unit_loads_its_own(node: Node, has_nft: bool) -> None:
    node.run_other("nftables.service")
    node.answers["nft --check"] = (1, "", "syntax error")
    node.programs -= set() if has_nft else {"nft"}
    node.bring()
    assert "nft -f" not in node.rollback
    assert node.rollback.startswith("systemctl start nftables.service\n")


def test_a_timer_that_can_not_be_set_leaves_all_as_it_was(node: Node) -> None:
    node.run_other("firewalld.service")
    node.answers["systemd-run"] = (1, "", "refused")
    with pytest.raises(ClusterError, match="systemd-run: refused"):
        node.bring()
    assert node.commands == [node.commands[-1]]
    assert node.loaded["iptables"] == OPEN


@pytest.mark.parametrize("left", [True, False])
def test_what_firewalld_leaves_behind_is_removed_before_the_new_rules_come_again(node: Node, left: bool) -> None:
    node.run_other("firewalld.service")
    node.answers["nft list table"] = (0 if left else 1, "", "")
    node.bring()
    stop = node.commands.index("systemctl stop firewalld.service")
    assert node.commands[stop + 1 : -2] == (["nft delete table inet firewalld"] if left else [])


def test_a_rollback_before_the_confirmation_is_told_and_nothing_is_kept(node: Node) -> None:
    node.bring()
    node.go_back()
    node.returning = 3
    with pytest.raises(ClusterError, match=r"within rollback_timeout \(9 s\), so the node went back") as raised:
        node.bring(state="confirmed")
    assert node.returning < 0, "it did not wait until the old filter was back"
    assert raised.value.details == {"rolled_back": True}
    assert not pathlib.Path(node.boot.files["ipv4"]).exists()
    assert node.enabled == set()


def test_a_second_confirmation_finds_all_done(node: Node) -> None:
    """The first one's answer may get lost."""
    node.finish()
    assert node.bring(state="confirmed")["changed"] is False


def test_a_timer_that_can_not_be_stopped_is_told(node: Node) -> None:
    node.bring()
    node.answers["systemctl stop"] = (1, "", "Connection timed out")
    with pytest.raises(ClusterError, match="systemctl: Connection timed out"):
        node.bring(state="confirmed")


@pytest.mark.parametrize("check_mode", [True, False])
def test_nothing_is_done_while_the_timer_of_an_interrupted_run_is_running(node: Node, check_mode: bool) -> None:
    node.bring()
    node.commands.clear()
    found = node.bring(check_mode=check_mode)
    assert (found["settling"], found["changed"], node.commands) == (True, False, [])


def test_a_file_that_iptables_can_not_read_is_not_put_in_place(node: Node) -> None:
    node.finish()
    path = pathlib.Path(node.boot.files["ipv4"])
    path.write_text("*nat\nwrong\nCOMMIT\n")
    node.answers["iptables-restore --test"] = (1, "", "line 2 failed")
    with pytest.raises(ClusterError, match="iptables-restore: line 2 failed"):
        node.bring()
    assert path.read_text() == "*nat\nwrong\nCOMMIT\n"
    assert sorted(each.name for each in path.parent.iterdir()) == ["ipv4", "ipv6"]
