#!/usr/bin/env python3
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventory script that says which lab is meant.

`LAB_NAME=second make lab-up` builds a second one, and LAB_NAME=second is for all that is to use it. Templates could
say the same, but Ansible works out connection variables again in every task on every host, and that took most of a
run's time.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib


def variables(name: str, release: str, checkout: pathlib.Path) -> dict[str, str]:
    """What all hosts are to know of the lab NAME in CHECKOUT."""
    directory = str(checkout / (".lab" if name == "lab" else f".lab-{name}"))
    return {
        "__lab_name": name,
        "ha_lab_release": release,
        "ha_lab_directory": directory,
        # As `make lab-up` has written it down.
        "ansible_ssh_common_args": f"-F {directory}/ssh_config",
        # Labs side by side have machines of the same names: each lab has kept-open connections of its own.
        "ansible_control_path_dir": f"~/.ansible/cp/{hashlib.sha256(directory.encode()).hexdigest()[:8]}",
    }


if __name__ == "__main__":
    lab = variables(
        os.environ.get("LAB_NAME") or "lab",
        os.environ.get("LAB_RELEASE") or "bookworm",
        pathlib.Path(__file__).resolve().parents[2],
    )
    print(json.dumps({"all": {"vars": lab}, "_meta": {"hostvars": {}}}))
