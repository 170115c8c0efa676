# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait until the cluster has carried out its configuration.

`crm_resource --wait` looks every two seconds, and most of what is waited for takes less. It asks the same question,
what the scheduler would still have done (crm_resource(8)).
"""

from __future__ import annotations

import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.state import IDLE, read_state
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

PAUSE = 0.2  # seconds


def pending(simulation: str) -> list[str]:
    """What a transition has to do, in words, as `crm_simulate --simulate --output-as=xml` prints it."""
    transition = ET.fromstring(simulation).find("transition")
    return [
        " ".join(
            filter(
                None, (step.get("op") or step.get("task") or step.get("action"), step.get("resource"), step.get("node"))
            )
        )
        for step in (transition if transition is not None else ())
        if step.tag != "pseudo_action"
    ]


def left(runner: Runner, directory: str) -> list[str]:
    """What the cluster has yet to do, in words; DIRECTORY is for crm_simulate to work in."""
    cib = runner.run(["cibadmin", "--query"])
    if cib.rc != 0:
        return [cib.message]
    environment = {"CIB_shadow_dir": directory}
    argv = ["crm_simulate", "--simulate", "--xml-pipe", "--output-as=xml"]
    simulated = runner.run(argv, stdin=cib.stdout, environment=environment)
    if simulated.rc != 0:
        return [simulated.message]
    try:
        steps = pending(simulated.stdout)
    except ET.ParseError as error:
        return [str(error)]
    if steps:
        return steps
    state = read_state(runner)
    return [] if state.dc_state == IDLE else list(state.lacks(())) or ["no controller answers"]


def wait_until_settled(runner: Runner, timeout: float, *, pause: Callable[[float], None] = time.sleep) -> list[str]:
    """Wait until nothing is left to do, for TIMEOUT seconds at most. Returns what is left then, in words."""
    deadline = time.monotonic() + timeout
    with tempfile.TemporaryDirectory(prefix="quorate-") as directory:
        while True:
            steps = left(runner, directory)
            if not steps or time.monotonic() > deadline:
                return steps
            pause(PAUSE)
