# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests that break a cluster on purpose, as data: the action, its target and the expected result. Pure."""

from __future__ import annotations

import difflib
import random
import typing as t
from dataclasses import dataclass, replace

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

SAFE, RISKY, DISRUPTIVE = TIERS = ("safe", "risky", "disruptive")

# Where something is done: at the node that is broken, at one that watches, at all, or at all but the broken one.
TARGET, OBSERVER, EVERYWHERE, SURVIVORS = "target", "observer", "everywhere", "survivors"

# What is waited for after the break, before it is healed.
MOVED, FAILURE, FENCED, TIME = "moved", "failure", "fenced", "time"


@dataclass(frozen=True)
class Count:
    """How often something may happen."""

    least: int
    most: int

    def allows(self, number: int) -> bool:
        return self.least <= number <= self.most

    def __str__(self) -> str:
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"


NONE, ONE, PERHAPS = Count(0, 0), Count(1, 1), Count(0, 1)


@dataclass(frozen=True)
class Step:
    """One thing that the module internal_failover_break does, and where. SUBJECT is a process or a kind of resource."""

    action: str
    where: str = TARGET
    subject: str = ""


@dataclass(frozen=True)
class FailoverTest:
    """A test. `target` says which nodes are broken: `active` runs the service, `dc` leads the cluster, `passive` is
    neither active nor much else, `each` makes one test for every node, `spare` are as many passive nodes as quorum
    allows, `majority` are one more, and `all`.

    `moves` holds where the active node is broken; otherwise nothing is to move. `stays` says that nothing may start
    elsewhere before the break is healed, `stops` that nothing may run then, `uninterrupted` that no request may fail,
    `failed_fencing` that a fencing is to fail, and `reboots` that the broken nodes boot without having been fenced."""

    id: str
    tier: str
    title: str
    break_: Step
    target: str = "active"
    moves: Count = NONE
    fencings: Count = NONE
    effect: str = TIME
    hold: int = 0
    prepare: Step | None = None
    needs: tuple[str, ...] = ()
    leaves_failures: bool = False
    stays: bool = False
    stops: bool = False
    uninterrupted: bool = False
    failed_fencing: bool = False
    reboots: bool = False

    @property
    def summary(self) -> str:
        """What is expected, in words."""
        return f"{self.moves} {_plural(self.moves, 'move')}, {self.fencings} {_plural(self.fencings, 'fencing')}"


def _plural(count: Count, word: str) -> str:
    return word if count == ONE else f"{word}s"


def _daemon(
    name: str, tier: str = RISKY, target: str = "active", *, may_fence: bool = False, fails: bool = False
) -> FailoverTest:
    count = PERHAPS if may_fence else NONE
    step = Step("kill", subject=name)
    title = f"kill {name}"
    return FailoverTest(f"kill-{name}", tier, title, step, target, count, count, TIME, 20, leaves_failures=fails)


# Without the controller its node is a member that does not answer to the DC; whether the DC asks to fence it before
# pacemakerd has started it again is a race. The controller ends as well when the CIB manager, the executor or, on the
# DC, the scheduler end: it recovers by starting again. Without the executor or the fencer, actions fail.
CATALOGUE: tuple[FailoverTest, ...] = (
    FailoverTest("standby", SAFE, "put the active node into standby", Step("standby"), moves=ONE, effect=MOVED),
    FailoverTest(
        "kill-service",
        SAFE,
        "kill the service",
        Step("kill_unit", subject="unit"),
        effect=FAILURE,
        needs=("unit",),
        leaves_failures=True,
    ),
    FailoverTest(
        "take-address",
        SAFE,
        "take the service's address away",
        Step("take_address", subject="address"),
        effect=FAILURE,
        needs=("address",),
        leaves_failures=True,
    ),
    FailoverTest(
        "unmount",
        SAFE,
        "unmount the file system by force",
        Step("unmount", subject="mount"),
        effect=FAILURE,
        needs=("mount",),
        leaves_failures=True,
    ),
    _daemon("pacemakerd"),
    _daemon("pacemaker-attrd"),
    _daemon("pacemaker-fenced", fails=True),
    _daemon("pacemaker-based", DISRUPTIVE, may_fence=True, fails=True),
    _daemon("pacemaker-execd", DISRUPTIVE, may_fence=True, fails=True),
    _daemon("pacemaker-schedulerd", DISRUPTIVE, "dc", may_fence=True, fails=True),
    _daemon("pacemaker-controld", DISRUPTIVE, may_fence=True, fails=True),
    FailoverTest(
        "lose-cib",
        RISKY,
        "lose the CIB of a passive node",
        Step("lose_cib"),
        "passive",
        effect=TIME,
        hold=5,
        uninterrupted=True,
    ),
    FailoverTest(
        "link-down",
        RISKY,
        "cut one of corosync's links",
        Step("cut", subject="link"),
        effect=TIME,
        hold=20,
        needs=("links", "packet-filter"),
        uninterrupted=True,
    ),
    FailoverTest(
        "quorum-kept",
        RISKY,
        "stop as many nodes as quorum allows",
        Step("stop_cluster"),
        "spare",
        effect=TIME,
        hold=10,
        uninterrupted=True,
    ),
    FailoverTest(
        "kill-corosync",
        DISRUPTIVE,
        "kill corosync",
        Step("kill", subject="corosync"),
        moves=PERHAPS,
        fencings=PERHAPS,
        effect=TIME,
        hold=20,
    ),
    FailoverTest(
        "freeze-corosync",
        DISRUPTIVE,
        "freeze corosync",
        Step("freeze", subject="corosync"),
        moves=ONE,
        fencings=ONE,
        effect=FENCED,
    ),
    # A DC that sees the node leave before it hears why asks, too: Pacemaker merges the two requests into one fencing.
    FailoverTest("fence", DISRUPTIVE, "fence", Step("fence", OBSERVER), "each", ONE, ONE, FENCED),
    FailoverTest(
        "power-loss",
        DISRUPTIVE,
        "cut the power of the active node",
        Step("power_off", OBSERVER),
        moves=ONE,
        fencings=ONE,
        effect=FENCED,
        needs=("power",),
    ),
    FailoverTest(
        "kernel-crash",
        DISRUPTIVE,
        "crash the kernel of the active node",
        Step("crash"),
        moves=ONE,
        fencings=ONE,
        effect=FENCED,
        needs=("sysrq",),
    ),
    FailoverTest(
        "partition",
        DISRUPTIVE,
        "cut the active node off from the others",
        Step("cut", subject="all"),
        moves=ONE,
        fencings=ONE,
        effect=FENCED,
        needs=("majority", "packet-filter"),
    ),
    FailoverTest(
        "stop-failure",
        DISRUPTIVE,
        "let stopping a resource fail",
        Step("fail_resource", subject="agent"),
        moves=ONE,
        fencings=ONE,
        effect=FENCED,
        prepare=Step("break_stop", subject="agent"),
        needs=("agent",),
    ),
    FailoverTest(
        "fencing-dead",
        DISRUPTIVE,
        "freeze corosync while the fence devices are dead",
        Step("freeze", subject="corosync"),
        moves=ONE,
        fencings=ONE,
        effect=TIME,
        hold=25,
        prepare=Step("break_fencing", SURVIVORS),
        stays=True,
        failed_fencing=True,
    ),
    FailoverTest(
        "disk-full",
        DISRUPTIVE,
        "fill the shared file system",
        Step("fill", subject="mount"),
        moves=Count(0, 3),
        effect=TIME,
        hold=30,
        needs=("mount",),
        leaves_failures=True,
    ),
    FailoverTest(
        "disk-error",
        DISRUPTIVE,
        "let the shared file system fail with I/O errors",
        Step("shut_down", subject="mount"),
        effect=FAILURE,
        needs=("mount", "shutdown"),
        leaves_failures=True,
    ),
    FailoverTest(
        "quorum-lost",
        DISRUPTIVE,
        "stop more nodes than quorum allows",
        Step("stop_cluster"),
        "majority",
        moves=PERHAPS,
        effect=TIME,
        hold=20,
        needs=("stops-without-quorum",),
        stops=True,
    ),
    FailoverTest(
        "cold-start",
        DISRUPTIVE,
        "reset all nodes at once",
        Step("reset", EVERYWHERE),
        "all",
        moves=PERHAPS,
        effect=TIME,
        hold=15,
        needs=("enabled",),
        reboots=True,
    ),
)
BY_ID: t.Mapping[str, FailoverTest] = {test.id: test for test in CATALOGUE}


@dataclass(frozen=True)
class Planned:
    """A planned test. NODE is set where the test is about a certain node."""

    test: FailoverTest
    node: str = ""

    @property
    def name(self) -> str:
        return f"{self.test.id}:{self.node}" if self.node else self.test.id


def choose(tiers: t.Collection[str], names: t.Sequence[str]) -> list[FailoverTest]:
    """The tests of the allowed TIERS, or those of NAMES. Raises ClusterError for a name or tier that is none, and for a
    test whose tier is not allowed."""
    strange = sorted(set(tiers).difference(TIERS))
    if strange:
        raise ClusterError(f"ha_failover_test_tiers has {', '.join(strange)}; the tiers are {', '.join(TIERS)}.")
    for name in names:
        if name not in BY_ID:
            near = difflib.get_close_matches(name, BY_ID, n=1)
            hint = f"did you mean {near[0]}?" if near else f"the tests are {', '.join(BY_ID)}."
            raise ClusterError(f"ha_failover_test_ids has {name}, which is not a test; {hint}")
        if BY_ID[name].tier not in tiers:
            raise ClusterError(
                f"The test {name} is {BY_ID[name].tier}, and ha_failover_test_tiers only allows"
                f" {', '.join(tiers) or 'nothing'}. Add {BY_ID[name].tier} there if that is intended."
            )
    return [test for test in CATALOGUE if test.tier in tiers and (not names or test.id in names)]


def expand(tests: t.Iterable[FailoverTest], nodes: t.Sequence[str]) -> list[Planned]:
    """The tests with those for each node once for every one of NODES."""
    return [Planned(test, node) for test in tests for node in (nodes if test.target == "each" else ("",))]


def order(planned: t.Sequence[Planned], rounds: int, count: int, seed: str) -> list[Planned]:
    """ROUNDS times all tests, each time in another random order; or, where COUNT is not 0, COUNT of them drawn at
    random. The same SEED makes the same order."""
    chance = random.Random(seed)
    if count:
        return [chance.choice(planned) for _number in range(count)] if planned else []
    return [item for _number in range(rounds) for item in chance.sample(planned, len(planned))]


def with_target(test: FailoverTest, is_active: bool) -> FailoverTest:
    """TEST as it holds for its target: nothing moves when the active node is not among the broken ones."""
    return test if is_active else replace(test, moves=NONE)
