# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of the collection in which some modules are replaced by an action that only tells how it was called."""

from __future__ import annotations

import pathlib
import shutil
from collections.abc import Iterable

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("plugins", "roles", "playbooks", "meta")


def copy_collection(root: pathlib.Path, modules: Iterable[str], action: pathlib.Path) -> pathlib.Path:
    """Copy the collection below ROOT with ACTION, the file of an action plugin, in place of MODULES. Returns ROOT."""
    copy = root / "ansible_collections/quorate/ha_cluster"
    copy.mkdir(parents=True)
    for name in FOLDERS:
        shutil.copytree(CHECKOUT / name, copy / name)
    shutil.copy(CHECKOUT / "galaxy.yml", copy)
    for name in modules:
        shutil.copy(action, copy / f"plugins/action/{name}.py")
    return root
