# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed anywhere is finished by the next one, and the disk is formatted once.

INTERRUPTIONS says at how many points, spread over the run (default 1, each on blank nodes).
"""

from __future__ import annotations

import os
import random
import time

from lab import Lab, PlaybookRun, kill

POINTS = int(os.environ.get("INTERRUPTIONS", "1"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 10**6)
FORMATTED = "blkid --probe --output value --match-tag UUID /dev/vdb"


def tasks_in(output: str) -> int:
    return output.count("\nTASK [")


def kill_at(lab: Lab, task: int, delay: float) -> None:
    """Run site.yml and kill it, with all its processes, DELAY seconds into its TASKth task."""
    process = lab.playbook_process("site.yml")
    assert process.stdout
    seen = 0
    for line in process.stdout:
        seen += line.startswith("TASK [")
        if seen == task:
            break
    time.sleep(delay)
    kill(process)


def test_killed_runs_are_finished_by_the_next(lab: Lab, first_run: PlaybookRun) -> None:
    choose = random.Random(SEED)
    print(f"\nSEED={SEED}")
    total = tasks_in(first_run.output)
    for point in range(POINTS):
        task = choose.randint(1 + point * total // POINTS, (point + 1) * total // POINTS - 1)
        delay = choose.uniform(0, 2)
        where = f"killed {delay:.1f} s into task {task} of {total} (SEED={SEED})"
        lab.down()
        lab.up()
        kill_at(lab, task, delay)
        time.sleep(5)  # a mkfs that was under way ends by itself
        killed = lab.ssh("node1", FORMATTED, check=False)
        run = lab.site()
        assert run.code == 0, f"{where}: {run}"
        lab.await_healthy()
        assert not killed or lab.ssh("node1", FORMATTED) == killed, f"{where}: formatted again"
        again = lab.site()
        assert (again.code, again.changed) == (0, 0), f"{where}: {again}"
        print(f"{where}: finished by the next run")
