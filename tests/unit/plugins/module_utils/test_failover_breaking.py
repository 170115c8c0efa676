# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is broken before the node would heal by itself, and what was broken is repaired to the last trace."""

from __future__ import annotations

import os
import pathlib
import shutil
import signal
import subprocess
import time
import uuid

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover import breaking
from ansible_collections.quorate.ha_cluster.plugins.module_utils._failover.breaking import Break
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult


class FakeRunner:
    """Notes what it is to run. ANSWERS: the beginning of a command to its exit code or its output."""

    def __init__(self, programs=("iptables", "ip6tables"), **answers):
        self.programs = programs
        self.answers = {key.replace("_", " "): value for key, value in answers.items()}
        self.ran: list[list[str]] = []
        self.stdins: list[str] = []

    def run(self, argv, stdin=None, environment=None):
        self.ran.append(argv)
        self.stdins.append(stdin or "")
        line = " ".join(argv)
        for beginning, answer in self.answers.items():
            if line.startswith(beginning):
                return CommandResult(answer, "", "") if isinstance(answer, int) else CommandResult(0, answer, "")
        missing = "-L" in argv or "list" in argv or argv[:2] == ["systemctl", "is-active"]
        return CommandResult(1 if missing else 0, "", "")

    def find(self, name):
        return f"/usr/sbin/{name}" if name in self.programs or name.startswith("fence_") else None

    def warn(self, message):
        raise AssertionError(message)


@pytest.fixture(autouse=True)
def _without_corosync(monkeypatch):
    """This machine may run a lab, in which a test has frozen it."""
    found = breaking.pids
    monkeypatch.setattr(breaking, "pids", lambda name: [] if name == "corosync" else found(name))


@pytest.fixture
def state(tmp_path):
    return tmp_path / "quorate-failover"


def armed(state, **answers):
    runner = FakeRunner(**answers)
    breaking.arm(runner, "7 standby", 300, "/srv", state)
    return runner


@pytest.fixture
def sleeper(tmp_path):
    """A process of a name that no other has."""
    name = f"pacemaker-sleeper-{uuid.uuid4().hex}"
    program = tmp_path / name
    shutil.copy(shutil.which("sleep"), program)
    process = subprocess.Popen([str(program), "60"])
    deadline = time.monotonic() + 30
    # Popen returns before the kernel knows the arguments of the new program.
    while name not in pathlib.Path(f"/proc/{process.pid}/cmdline").read_text() and time.monotonic() < deadline:
        time.sleep(0.01)
    yield name, process
    process.kill()
    process.wait()


# --- arming ----------------------------------------------------------------------------------------------------------


def test_timer_is_started_before_anything_else(state):
    runner = armed(state)
    started = runner.ran[-1]
    assert started[0] == "systemd-run"
    assert "--on-active=300s" in started
    assert started[-3:] == ["/bin/sh", f"{state}/undo", "once"]
    assert (state / "undo").read_text().splitlines()[-1] == "rm -f /srv/.quorate-failover/fill"


def test_script_removes_itself_only_when_the_timer_runs_it(state):
    armed(state)
    undo = state / "undo"
    undo.write_text(f"{undo.read_text()}touch {state}/mended\nfalse\n")
    subprocess.run(["/bin/sh", str(undo)], check=False)
    assert undo.exists()
    (state / "mended").unlink()
    subprocess.run(["/bin/sh", str(undo), "once"], check=False)
    assert (state / "mended").exists()
    assert not undo.exists()


def test_second_test_is_refused_while_the_timer_runs(state):
    runner = FakeRunner(systemctl=0)
    with pytest.raises(ClusterError, match="a failover test is running"):
        breaking.arm(runner, "7", 300, "", state)
    assert not (state / "undo").exists()


def test_timer_that_can_not_be_started_is_an_error(state):
    with pytest.raises(ClusterError, match="can't be started"):
        breaking.arm(FakeRunner(**{"systemd-run": 1}), "7", 300, "", state)


@pytest.mark.parametrize(
    "what",
    [
        Break("standby", node="node1"),
        Break("cut", peers=("192.0.2.2",)),
        Break("stop_cluster"),
        Break("lose_cib"),
        Break("break_stop", agent="ocf:heartbeat:Filesystem"),
    ],
)
def test_node_that_is_not_armed_is_not_broken(state, what, monkeypatch, tmp_path):
    (tmp_path / "heartbeat").mkdir()
    (tmp_path / "heartbeat/Filesystem").touch()
    monkeypatch.setattr(breaking, "OCF_AGENTS", str(tmp_path))
    state.mkdir()
    runner = FakeRunner()
    with pytest.raises(ClusterError, match="would not heal by itself"):
        breaking.break_it(runner, what, state)
    assert runner.ran == []


def test_unknown_break_is_refused(state):
    with pytest.raises(ClusterError, match="nothing to break"):
        breaking.break_it(FakeRunner(), Break("spoil"), state)


# --- cuts ------------------------------------------------------------------------------------------------------------


def test_cut_drops_both_ways_in_a_chain_of_its_own():
    rules = breaking.cut(["192.0.2.2", "2001:db8::2"], nft=False)
    lines = [" ".join(argv) for argv in rules.commands]
    chain = breaking.CHAIN
    assert lines[:3] == [
        f"iptables -w 5 -N {chain}",
        f"iptables -w 5 -A {chain} -s 192.0.2.2 -j DROP",
        f"iptables -w 5 -A {chain} -d 192.0.2.2 -j DROP",
    ]
    assert f"iptables -w 5 -I INPUT 1 -j {chain}" in lines
    assert f"iptables -w 5 -I OUTPUT 1 -j {chain}" in lines
    assert f"ip6tables -w 5 -A {chain} -d 2001:db8::2 -j DROP" in lines
    assert rules.undo[:4] == [
        f"iptables -w 5 -D INPUT -j {chain}",
        f"iptables -w 5 -D OUTPUT -j {chain}",
        f"iptables -w 5 -F {chain}",
        f"iptables -w 5 -X {chain}",
    ]


def test_cut_by_nft_is_a_table_of_its_own():
    rules = breaking.cut(["192.0.2.2", "2001:db8::2"], nft=True)
    lines = [" ".join(argv) for argv in rules.commands]
    assert "nft add rule inet quorate_failover input ip saddr 192.0.2.2 drop" in lines
    assert "nft add rule inet quorate_failover output ip6 daddr 2001:db8::2 drop" in lines
    assert rules.undo == ["nft delete table inet quorate_failover"]


def test_undo_is_on_disk_before_the_first_rule(state):
    runner = armed(state, **{"iptables -w 5 -N": 4})
    with pytest.raises(ClusterError, match="failed"):
        breaking.break_it(runner, Break("cut", peers=("192.0.2.2",)), state)
    assert f"iptables -w 5 -X {breaking.CHAIN} 2>/dev/null" in (state / "undo").read_text()


def test_cut_of_nobody_is_refused(state):
    with pytest.raises(ClusterError, match="no address"):
        breaking.break_it(armed(state), Break("cut"), state)


def test_healing_removes_everything_and_stops_the_timer(state):
    runner = armed(state)
    breaking.break_it(runner, Break("cut", peers=("192.0.2.2",)), state)
    runner.answers = {"systemctl is-active": 0}
    assert breaking.heal(runner, state)
    assert ["/bin/sh", str(state / "undo")] in runner.ran
    assert runner.ran[-1] == ["systemctl", "stop", "quorate-failover-heal.timer"]
    assert sorted(path.name for path in state.iterdir()) == []
    runner.answers = {}
    assert not breaking.heal(runner, state)


def test_node_that_does_not_heal_keeps_its_timer(state):
    runner = armed(state)
    runner.answers = {"iptables -w 5 -n -L": 0, "systemctl is-active": 0}
    with pytest.raises(ClusterError, match="can't be healed, there is still: the chain QUORATE_FAILOVER of iptables"):
        breaking.heal(runner, state)
    assert (state / "undo").exists()
    assert ["systemctl", "stop", "quorate-failover-heal.timer"] not in runner.ran


def test_leftovers_are_named(state):
    assert breaking.leftovers(FakeRunner(), state) == []
    state.mkdir()
    (state / "undo").touch()
    runner = FakeRunner(programs=("nft", "iptables"), nft=0, systemctl=0)
    assert breaking.leftovers(runner, state) == [
        "the timer that heals",
        "the script that heals",
        "the table quorate_failover of nft",
    ]


def test_files_under_a_wrapper_are_found():
    mountinfo = (
        "36 25 0:32 / / rw - overlay overlay rw\n"
        "90 36 0:32 /var/lib/quorate-failover/wrapper-fence_xvm /usr/sbin/fence_xvm rw - overlay overlay rw\n"
    )
    assert breaking.covered(mountinfo) == ["/usr/sbin/fence_xvm"]


# --- processes -------------------------------------------------------------------------------------------------------


def test_process_is_found_by_its_whole_name(sleeper):
    name, process = sleeper
    assert breaking.pids(name) == [process.pid]
    assert breaking.pids(name[:15]) == []


def test_killed_process_is_dead(state, sleeper):
    name, process = sleeper
    assert breaking.break_it(armed(state), Break("kill", subject=name), state) == [
        f"killed {name} (process {process.pid})"
    ]
    assert process.wait(timeout=5) == -signal.SIGKILL


def test_nothing_to_kill_is_an_error(state):
    for action in ("kill", "freeze"):
        with pytest.raises(ClusterError, match="There is no process pacemaker-nothing"):
            breaking.break_it(armed(state), Break(action, subject="pacemaker-nothing"), state)


def test_frozen_process_is_thawed_by_the_script(state, sleeper):
    name, process = sleeper
    runner = armed(state)
    breaking.break_it(runner, Break("freeze", subject=name), state)
    assert breaking._state(process.pid) == "T"
    subprocess.run(["/bin/sh", str(state / "undo")], check=False)
    deadline = time.monotonic() + 5
    while breaking._state(process.pid) == "T" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert breaking._state(process.pid) in ("S", "R")


# --- agents ----------------------------------------------------------------------------------------------------------


def agent(tmp_path, text):
    path = tmp_path / "agent"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def call(wrapper, *arguments, stdin=""):
    return subprocess.run([str(wrapper), *arguments], input=stdin, capture_output=True, text=True, check=False)


def test_agent_under_the_wrapper_only_fails_to_stop(tmp_path):
    agent(tmp_path / "originals", "#!/bin/sh\necho original $1 $OCF_RESKEY_device\nexit 7\n")
    wrapper = tmp_path / "agent"
    wrapper.write_text(breaking.STOP_FAILS.format(originals=tmp_path / "originals"))
    wrapper.chmod(0o755)
    assert call(wrapper, "stop").returncode == 1
    monitor = call(wrapper, "monitor")
    assert (monitor.returncode, monitor.stdout) == (7, "original monitor\n")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("action=reboot\nport=1\n", 1),
        ("port=1\naction=off", 1),
        ("action=list\n", 0),
        ("action=monitor\nport=offline-1\n", 0),
        ("", 0),
    ],
)
def test_fence_agent_under_the_wrapper_only_fails_to_fence(tmp_path, options, code):
    agent(tmp_path / "originals", "#!/bin/sh\necho original $*\ncat\n")
    wrapper = tmp_path / "agent"
    wrapper.write_text(breaking.FENCING_FAILS.format(originals=tmp_path / "originals"))
    wrapper.chmod(0o755)
    done = call(wrapper, "-o", "list", stdin=options)
    assert done.returncode == code
    assert ("original -o list" in done.stdout) is (code == 0)
    assert options.strip() in done.stdout or code


def test_agent_is_covered_and_uncovered(state, tmp_path):
    path = agent(tmp_path, "#!/bin/sh\n")
    runner = armed(state)
    breaking._cover(runner, path, breaking.STOP_FAILS, state)
    assert runner.ran[-1] == ["mount", "--bind", str(state / "wrapper-agent"), str(path)]
    assert f"umount --lazy {path}" in (state / "undo").read_text()
    assert os.access(state / "original-agent" / "agent", os.X_OK)


def test_agent_that_is_a_link_is_kept_under_all_names_that_it_is_called_by(state, tmp_path):
    path = agent(tmp_path, '#!/bin/sh\necho "${0##*/}"\n')
    links = [tmp_path / "fence_one", tmp_path / "fence_two"]
    runner = armed(state)
    before = len(runner.ran)
    for link in links:
        link.symlink_to(path)
        breaking._cover(runner, link, breaking.FENCING_FAILS, state)
    assert runner.ran[before:] == [["mount", "--bind", str(state / "wrapper-agent"), str(path)]]
    path.write_text((state / "wrapper-agent").read_text())  # what the mount does
    assert [call(link, stdin="action=list").stdout for link in links] == ["fence_one\n", "fence_two\n"]
    assert call(path, stdin="action=list").stdout == "agent\n"


FENCING_CIB = """<cib><configuration><crm_config/><nodes/><constraints/><resources>
<primitive id="fencing" class="stonith" type="fence_xvm"><instance_attributes id="f">
<nvpair id="f1" name="pcmk_host_map" value="node1:248d;node2:c1e3"/><nvpair id="f2" name="key_file" value="/k"/>
</instance_attributes></primitive></resources></configuration></cib>"""


def test_power_is_cut_by_the_agent_and_comes_back_by_the_script(state):
    runner = armed(state)
    runner.answers = {"cibadmin": FENCING_CIB}
    breaking.break_it(runner, Break("power_off", node="node2"), state)
    assert runner.ran[-1] == ["timeout", "60", "/usr/sbin/fence_xvm"]
    assert set(runner.stdins[-1].splitlines()) == {"key_file=/k", "action=off", "port=c1e3"}
    assert set((state / "power-on").read_text().splitlines()) == {"key_file=/k", "action=on", "port=c1e3"}
    assert (state / "power-on").stat().st_mode & 0o777 == 0o600
    assert f"/usr/sbin/fence_xvm < {state}/power-on" in (state / "undo").read_text()


def test_node_without_a_power_switch_is_not_switched_off(state):
    assert breaking.power_switch(parse_cib(FENCING_CIB), "node3") is None
    runner = armed(state)
    runner.answers = {"cibadmin": FENCING_CIB}
    with pytest.raises(ClusterError, match="No fence device names node3"):
        breaking.break_it(runner, Break("power_off", node="node3"), state)


def test_all_nodes_reset_at_the_same_moment(state):
    runner = armed(state)
    breaking.break_it(runner, Break("reset", at=time.time() + 8), state)
    assert "--on-active=8s" in runner.ran[-1]
    assert runner.ran[-1][-4:] == ["systemctl", "reboot", "--force", "--force"]
    breaking.break_it(runner, Break("reset", at=time.time() - 100), state)
    assert "--on-active=1s" in runner.ran[-1]


def test_directory_that_is_not_mounted_is_neither_filled_nor_shut_down(state, tmp_path):
    for action in ("fill", "shut_down", "unmount"):
        with pytest.raises(ClusterError, match="Nothing is mounted"):
            breaking.break_it(armed(state), Break(action, place=str(tmp_path)), state)
    assert not (tmp_path / breaking.FOLDER).exists()


def test_address_is_taken_with_its_prefix(state):
    runner = armed(state)
    runner.answers = {
        "ip -json": '[{"ifname": "eth0", "addr_info": [{"family": "inet", "local": "192.0.2.1", "prefixlen": 24},'
        ' {"family": "inet", "local": "192.0.2.9", "prefixlen": 24}]}]'
    }
    breaking.break_it(runner, Break("take_address", value="192.0.2.9"), state)
    assert runner.ran[-1] == ["ip", "address", "delete", "192.0.2.9/24", "dev", "eth0"]
    with pytest.raises(ClusterError, match="is not on this node"):
        breaking.break_it(runner, Break("take_address", value="192.0.2.8"), state)


def test_lost_cib_is_gone_before_pacemaker_starts(state, tmp_path, monkeypatch):
    folder = tmp_path / "cib"
    folder.mkdir()
    for name in ("cib.xml", "cib.xml.sig", "cib-1.raw"):
        (folder / name).touch()
    monkeypatch.setattr(breaking, "CIB_FOLDER", pathlib.Path(folder))
    runner = armed(state)
    breaking.break_it(runner, Break("lose_cib"), state)
    assert list(folder.iterdir()) == []
    assert runner.ran[-2:] == [["systemctl", what, "pacemaker.service"] for what in ("stop", "start")]
