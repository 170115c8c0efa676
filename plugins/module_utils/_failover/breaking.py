# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Break something on a node, after making sure that it heals by itself. The one place here that does harm.

The folder STATE holds what a test needs on the node. `undo` is a shell script there; before anything is broken, the
line that repairs it is added, and before the first of these a timer of systemd is started that runs the script. So
whatever becomes of the controller, the node heals; and while the timer is there no other test can begin.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pathlib
import shlex
import shutil
import signal
import struct
import time
import typing as t
from dataclasses import dataclass, field

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.templates import expanded
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import fence_device

STATE = pathlib.Path("/var/lib/quorate-failover")
UNIT = "quorate-failover-heal"
ONCE = "once"  # the word with which the script that heals removes itself
RESET_UNIT = "quorate-failover-reset"
CHAIN = "QUORATE_FAILOVER"
TABLE = "quorate_failover"
FOLDER = ".quorate-failover"  # on the shared file system
CIB_FOLDER = pathlib.Path("/var/lib/pacemaker/cib")
OCF_AGENTS = "/usr/lib/ocf/resource.d"
SHUT_DOWN = 0x8004587D  # FS_IOC_SHUTDOWN, which is XFS_IOC_GOINGDOWN
WITHOUT_FLUSH = 2  # neither data nor log reach the disk any more
AGENT_TIMEOUT = 60
DEAD_WITHIN = 5.0

STOP_FAILS = """#!/bin/sh
# A failover test has put this in place of the agent, until it heals.
if [ "$1" = stop ]; then
  echo "A failover test lets this stop fail." >&2
  exit 1
fi
exec "{originals}/${{0##*/}}" "$@"
"""
FENCING_FAILS = """#!/bin/sh
# A failover test has put this in place of the agent, until it heals.
options=$(cat)
case $options in
  *action=off* | *action=reboot* | *option=off* | *option=reboot*)
    echo "A failover test lets this power switch be dead." >&2
    exit 1
    ;;
esac
printf '%s\\n' "$options" | "{originals}/${{0##*/}}" "$@"
"""


@dataclass(frozen=True)
class Break:
    """What to break. `subject` is a process, a unit, or the links; `resource` and `agent` are those of a
    resource; `peers` are addresses; `node` is fenced or loses power; `at` is the time at which all nodes reset."""

    action: str
    subject: str = ""
    node: str = ""
    resource: str = ""
    agent: str = ""
    value: str = ""
    place: str = ""
    detail: str = ""
    peers: t.Sequence[str] = field(default=())
    at: float = 0.0


# --- arming and healing ----------------------------------------------------------------------------------------------


def arm(runner: Runner, run: str, seconds: int, directory: str, state: pathlib.Path = STATE) -> None:
    """Start the timer that heals this node after SECONDS. Raises ClusterError when another test is under way."""
    if _is_active(runner, f"{UNIT}.timer"):
        raise ClusterError(
            f"On {os.uname().nodename} a failover test is running, or was interrupted and has not healed yet:"
            f" {UNIT}.timer runs. Wait for it (systemctl list-timers {UNIT}.timer)."
        )
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    _forget(state)
    (state / "run").write_text(run, encoding="utf-8")
    (state / "undo").write_text(header(directory, state), encoding="utf-8")
    runner.run(["systemctl", "reset-failed", f"{UNIT}.timer", f"{UNIT}.service"])
    # Not a command for sh -c: what systemd 252 has written of one with a semicolon it can't read when it reloads.
    started = runner.run(timer(seconds, ["/bin/sh", f"{state}/undo", ONCE]))
    if started.rc != 0:
        raise ClusterError(f"The timer that would heal this node can't be started: {started.message}")


def header(directory: str, state: pathlib.Path = STATE) -> str:
    """The beginning of the script that heals: what it always repairs."""
    lines = [
        "#!/bin/sh",
        f"# Repairs what a failover test has broken on this node. {UNIT}.timer runs it, with the word {ONCE}.",
        f"""[ "$1" != {ONCE} ] || trap 'rm -f "$0"' EXIT""",
    ]
    if directory:
        lines.append(f"rm -f {shlex.quote(f'{directory}/{FOLDER}/fill')}")
    return "\n".join(lines) + "\n"


def timer(seconds: int, argv: t.Sequence[str], unit: str = UNIT) -> list[str]:
    options = [f"--on-active={seconds}s", "--timer-property=AccuracySec=100ms", "--timer-property=RemainAfterElapse=no"]
    return ["systemd-run", "--quiet", "--collect", f"--unit={unit}", *options, *argv]


def heal(runner: Runner, state: pathlib.Path = STATE) -> bool:
    """Repair everything, and stop the timer. Returns whether there was anything to repair, or a timer."""
    undo = state / "undo"
    armed = _is_active(runner, f"{UNIT}.timer")
    broken = undo.exists()
    if broken:
        runner.run(["/bin/sh", str(undo)])
    left = [what for what in leftovers(runner, state) if what not in (TIMER_LEFT, UNDO_LEFT)]
    if left:  # the timer goes on, and the script is kept
        raise ClusterError(f"This node can't be healed, there is still: {', '.join(left)}.", left=left)
    if armed:
        runner.run(["systemctl", "stop", f"{UNIT}.timer"])
    _forget(state)
    return armed or broken


def _forget(state: pathlib.Path) -> None:
    """Remove what a test has kept in STATE, also that of one whose node was reset."""
    for name in ("undo", "run", "power-on"):
        (state / name).unlink(missing_ok=True)
    for path in state.glob("wrapper-*"):
        path.unlink()
    for path in state.glob("original-*"):
        shutil.rmtree(path)


TIMER_LEFT = "the timer that heals"
UNDO_LEFT = "the script that heals"


def leftovers(runner: Runner, state: pathlib.Path = STATE) -> list[str]:
    """What a test has left on this node."""
    found = []
    if _is_active(runner, f"{UNIT}.timer"):
        found.append(TIMER_LEFT)
    if (state / "undo").exists():
        found.append(UNDO_LEFT)
    for program in ("iptables", "ip6tables"):
        if runner.find(program) and runner.run([program, "-w", "5", "-n", "-L", CHAIN]).rc == 0:
            found.append(f"the chain {CHAIN} of {program}")
    if runner.find("nft") and runner.run(["nft", "list", "table", "inet", TABLE]).rc == 0:
        found.append(f"the table {TABLE} of nft")
    mounted = pathlib.Path("/proc/self/mountinfo").read_text(encoding="utf-8")
    found += [f"a test's agent on {path}" for path in covered(mounted, state)]
    found += [f"{name} frozen" for name in ("corosync",) for pid in pids(name) if _state(pid) == "T"]
    return found


def covered(mountinfo: str, state: pathlib.Path = STATE) -> list[str]:
    """The files that a wrapper lies over. Pure."""
    rows = (line.split() for line in mountinfo.splitlines())
    return [row[4] for row in rows if len(row) > 5 and f"{state.name}/wrapper-" in row[3]]


def _is_active(runner: Runner, unit: str) -> bool:
    return runner.run(["systemctl", "is-active", "--quiet", unit]).rc == 0


def _promise(line: str, state: pathlib.Path) -> None:
    """Add LINE to what the timer does. Nothing may be broken before this."""
    undo = state / "undo"
    if not undo.exists():
        raise ClusterError("Nothing was broken: this node would not heal by itself. Arm it first.")
    with undo.open("a", encoding="utf-8") as stream:
        stream.write(f"{line}\n")
        stream.flush()
        os.fsync(stream.fileno())


# --- breaking --------------------------------------------------------------------------------------------------------


def break_it(runner: Runner, what: Break, state: pathlib.Path = STATE) -> list[str]:
    """Break WHAT on this node, and make sure that it is broken. Returns what was done, in words. Raises ClusterError
    when it could not be broken: a test that breaks nothing proves nothing."""
    action = ACTIONS.get(what.action)
    if action is None:
        raise ClusterError(f"There is nothing to break by the name {what.action}.")
    return action(runner, what, state)


def _change(runner: Runner, argv: list[str]) -> None:
    result = runner.run(argv)
    if result.rc != 0:
        raise ClusterError(f"{' '.join(argv)} failed: {result.message}")


def _standby(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    common = ["crm_attribute", "--node", what.node, "--name", "standby", "--lifetime", "forever"]
    _promise(shlex.join([*common, "--delete"]) + " >/dev/null 2>&1", state)
    _change(runner, [*common, "--update", "on"])
    return [f"{what.node} is in standby"]


def _kill(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    victims = [(pid, _started(pid)) for pid in pids(what.subject)]
    if not victims:
        raise ClusterError(f"There is no process {what.subject} to kill.")
    for pid, _when in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    _await(lambda: all(_started(pid) != when for pid, when in victims), f"{what.subject} is not dead")
    return [f"killed {what.subject} (process {', '.join(str(pid) for pid, _when in victims)})"]


def _kill_unit(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    def main() -> str:
        return runner.run(["systemctl", "show", "--property=MainPID", "--value", what.value]).stdout.strip()

    before = main()
    if before in ("", "0"):
        raise ClusterError(f"{what.value} has no process to kill.")
    _change(runner, ["systemctl", "kill", "--signal=KILL", what.value])
    _await(lambda: main() != before, f"{what.value} is not dead")
    return [f"killed {what.value} (process {before})"]


def _freeze(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    victims = pids(what.subject)
    if not victims:
        raise ClusterError(f"There is no process {what.subject} to freeze.")
    for pid in victims:
        _promise(f"kill -CONT {pid} 2>/dev/null", state)
        os.kill(pid, signal.SIGSTOP)
    _await(lambda: all(_state(pid) == "T" for pid in victims), f"{what.subject} is not frozen")
    return [f"froze {what.subject}"]


def _take_address(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    row = next((row for row in _addresses(runner) if row[1].partition("/")[0] == what.value), None)
    if row is None:
        raise ClusterError(f"{what.value} is not on this node.")
    _change(runner, ["ip", "address", "delete", row[1], "dev", row[0]])
    return [f"took {row[1]} off {row[0]}"]


def _addresses(runner: Runner) -> list[tuple[str, str]]:
    """Interface and address/length."""
    interfaces = json.loads(runner.run(["ip", "-json", "address", "show"]).stdout or "[]")
    return [
        (interface["ifname"], f"{address['local']}/{address['prefixlen']}")
        for interface in interfaces
        for address in interface.get("addr_info", [])
        if "local" in address
    ]


def _unmount(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    if not os.path.ismount(what.place):
        raise ClusterError(f"Nothing is mounted on {what.place}.")
    for _attempt in range(20):
        if runner.run(["umount", what.place]).rc == 0:
            return [f"unmounted {what.place}"]
        time.sleep(0.05)
    _change(runner, ["umount", "--lazy", what.place])
    return [f"unmounted {what.place}, which was in use"]


def _lose_cib(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    _promise("systemctl start pacemaker.service", state)
    _change(runner, ["systemctl", "stop", "pacemaker.service"])
    lost = [path for path in CIB_FOLDER.iterdir() if path.is_file()]
    for path in lost:
        path.unlink()
    _change(runner, ["systemctl", "start", "pacemaker.service"])
    return [f"removed {len(lost)} files of {CIB_FOLDER}"]


def _stop_cluster(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    _promise("systemctl start corosync.service pacemaker.service", state)
    _change(runner, ["systemctl", "stop", "pacemaker.service", "corosync.service"])
    return ["stopped pacemaker and corosync"]


def _cut(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    if not what.peers:
        raise ClusterError("There is no address to cut off.")
    rules = cut(what.peers, nft=not runner.find("iptables"))
    for line in rules.undo:
        _promise(f"{line} 2>/dev/null", state)
    for argv in rules.commands:
        _change(runner, argv)
    return [f"cut off {', '.join(what.peers)}"]


@dataclass(frozen=True)
class Rules:
    """Commands that cut a node off, and the lines of a shell script that undo just these."""

    commands: list[list[str]]
    undo: list[str]


def cut(peers: t.Sequence[str], *, nft: bool) -> Rules:
    """Drop all that comes from PEERS and all that goes to them, in a chain or table of its own. Pure."""
    if nft:
        commands = [["nft", "add", "table", "inet", TABLE]]
        for hook, word in (("input", "saddr"), ("output", "daddr")):
            chain = ["nft", "add", "chain", "inet", TABLE, hook]
            commands.append([*chain, f"{{ type filter hook {hook} priority -300; policy accept; }}"])
            commands += [
                ["nft", "add", "rule", "inet", TABLE, hook, "ip6" if ":" in peer else "ip", word, peer, "drop"]
                for peer in peers
            ]
        return Rules(commands, [f"nft delete table inet {TABLE}"])
    commands, undo = [], []
    for program, mine in (
        ("iptables", [peer for peer in peers if ":" not in peer]),
        ("ip6tables", [peer for peer in peers if ":" in peer]),
    ):
        if not mine:
            continue
        call = [program, "-w", "5"]
        commands.append([*call, "-N", CHAIN])
        commands += [[*call, "-A", CHAIN, way, peer, "-j", "DROP"] for peer in mine for way in ("-s", "-d")]
        commands += [[*call, "-I", hook, "1", "-j", CHAIN] for hook in ("INPUT", "OUTPUT")]
        undo += [shlex.join([*call, "-D", hook, "-j", CHAIN]) for hook in ("INPUT", "OUTPUT")]
        undo += [shlex.join([*call, option, CHAIN]) for option in ("-F", "-X")]
    return Rules(commands, undo)


def _fence(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    _change(runner, ["stonith_admin", "--reboot", what.node, "--timeout", "120"])
    return [f"asked the cluster to fence {what.node}"]


def _power_off(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    device = power_switch(parse_cib(expanded(runner.run(["cibadmin", "--query"]).stdout)), what.node)
    if device is None:
        raise ClusterError(f"No fence device names {what.node}, so its power switch is not known.")
    agent, ports = device.agent.partition(":")[2], fence_device.host_map(device)
    program = runner.find(agent) or agent
    port = ports[what.node]
    _secret(state / "power-on", fence_device.request(device, "on", port))
    _promise(f"timeout {AGENT_TIMEOUT} {shlex.quote(program)} < {state / 'power-on'} >/dev/null 2>&1", state)
    result = runner.run(["timeout", str(AGENT_TIMEOUT), program], stdin=fence_device.request(device, "off", port))
    if result.rc != 0:
        raise ClusterError(f"{agent} does not switch {what.node} off: {result.message}")
    return [f"switched {what.node} off by {agent}"]


def power_switch(cib: Cib, node: str) -> t.Any:
    """The first fence device that is for NODE by name; None when none is. Pure."""
    return next((device for device in fence_device.devices(cib) if node in fence_device.host_map(device)), None)


def _secret(path: pathlib.Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)


def _crash(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    argv = ["/bin/sh", "-c", "echo c > /proc/sysrq-trigger"]
    _change(runner, timer(1, argv, RESET_UNIT))
    return ["the kernel crashes in a second"]


def _reset(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    seconds = min(30, max(1, round(what.at - time.time())))
    _change(runner, timer(seconds, ["systemctl", "reboot", "--force", "--force"], RESET_UNIT))
    return [f"resets itself in {seconds} s"]


def _break_stop(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    path = pathlib.Path(OCF_AGENTS, *what.agent.split(":")[1:])
    return [_cover(runner, path, STOP_FAILS, state)]


def _break_fencing(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    cib = parse_cib(expanded(runner.run(["cibadmin", "--query"]).stdout))
    agents = sorted({device.agent.partition(":")[2] for device in fence_device.devices(cib)})
    found = [path for path in map(runner.find, agents) if path]
    if not found:
        raise ClusterError("There is no fence agent to break.")
    done = [_cover(runner, pathlib.Path(path), FENCING_FAILS, state) for path in found]
    # After some failures the controller no longer tries by itself; a change of an attribute makes it try again.
    _promise("attrd_updater --name quorate-failover --update 1 --quiet >/dev/null 2>&1", state)
    _promise("attrd_updater --name quorate-failover --delete --quiet >/dev/null 2>&1", state)
    return done


def _cover(runner: Runner, path: pathlib.Path, wrapper: str, state: pathlib.Path) -> str:
    """Lay a WRAPPER over the agent PATH, which goes with the next boot at the latest. The agent is kept under the name
    that it is called by: programs such as fence_xvm, a link to fence_virt, look at that."""
    if not path.is_file():
        raise ClusterError(f"There is no agent {path}.")
    file = path.resolve()
    originals, cover = state / f"original-{file.name}", state / f"wrapper-{file.name}"
    covered_already = cover.exists()
    originals.mkdir(mode=0o700, exist_ok=True)
    if covered_already:
        shutil.copy2(originals / file.name, originals / path.name)
        return f"{path} fails"
    for name in (file.name, path.name):
        shutil.copy2(file, originals / name)
    cover.write_text(wrapper.format(originals=originals), encoding="utf-8")
    cover.chmod(0o755)
    _promise(f"umount --lazy {shlex.quote(str(file))} 2>/dev/null", state)
    _change(runner, ["mount", "--bind", str(cover), str(file)])
    return f"{path} fails"


def _fail_resource(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    _change(runner, ["crm_resource", "--fail", "--resource", what.resource, "--node", what.node])
    return [f"told the cluster that {what.resource} has failed"]


def _fill(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    with _mounted(what) as folder:
        with contextlib.suppress(FileExistsError):
            os.mkdir(FOLDER, 0o700, dir_fd=folder)
        descriptor = os.open(f"{FOLDER}/fill", os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=folder)
        try:
            written = _fill_up(descriptor)
        finally:
            os.close(descriptor)
    return [f"filled {what.place} with {written >> 20} MiB"]


def _fill_up(descriptor: int) -> int:
    """Take all free space in pieces that get smaller."""
    size, piece = 0, 1 << 30
    while piece >= 4096:
        try:
            os.posix_fallocate(descriptor, size, piece)
            size += piece
        except OSError:
            piece //= 2
    with contextlib.suppress(OSError):
        os.fsync(descriptor)
    return size


def _shut_down(runner: Runner, what: Break, state: pathlib.Path) -> list[str]:
    with _mounted(what) as folder:
        fcntl.ioctl(folder, SHUT_DOWN, struct.pack("I", WITHOUT_FLUSH))
    return [f"every access to {what.place} fails now"]


@contextlib.contextmanager
def _mounted(what: Break) -> t.Iterator[int]:
    """The mounted directory, never the empty one below it."""
    folder = os.open(what.place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if os.fstat(folder).st_dev == os.stat(f"{what.place}/..").st_dev:
            raise ClusterError(f"Nothing is mounted on {what.place}.")
        yield folder
    finally:
        os.close(folder)


ACTIONS: t.Mapping[str, t.Callable[[Runner, Break, pathlib.Path], list[str]]] = {
    "standby": _standby,
    "kill": _kill,
    "kill_unit": _kill_unit,
    "freeze": _freeze,
    "take_address": _take_address,
    "unmount": _unmount,
    "lose_cib": _lose_cib,
    "stop_cluster": _stop_cluster,
    "cut": _cut,
    "fence": _fence,
    "power_off": _power_off,
    "crash": _crash,
    "reset": _reset,
    "break_stop": _break_stop,
    "break_fencing": _break_fencing,
    "fail_resource": _fail_resource,
    "fill": _fill,
    "shut_down": _shut_down,
}


# --- processes -------------------------------------------------------------------------------------------------------


def pids(name: str, proc: pathlib.Path = pathlib.Path("/proc")) -> list[int]:
    """The processes whose program is NAME; a name in /proc/PID/comm would be cut after 15 letters."""
    found = []
    for path in proc.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            program = (path / "cmdline").read_bytes().partition(b"\0")[0].decode(errors="replace")
            if program.rpartition("/")[2] == name:
                found.append(int(path.name))
    return sorted(found)


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold anything: state first."""
    with contextlib.suppress(OSError):
        return (
            pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        )
    return []


def _state(pid: int) -> str:
    return next(iter(_stat(pid)), "")


def _started(pid: int) -> str:
    """When the process was started; empty when it is gone, or dead and not yet waited for."""
    fields = _stat(pid)
    return "" if not fields or fields[0] in "ZX" else fields[19]


def _await(condition: t.Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + DEAD_WITHIN
    while not condition():
        if time.monotonic() > deadline:
            raise ClusterError(f"{complaint} after {DEAD_WITHIN:.0f} s.")
        time.sleep(0.05)
