# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside the root file system of a Debian release: exports the CIBs of others, and imports them again."""

from __future__ import annotations

import collections
import pathlib
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.engine import Engine, information
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import BY_NAME
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.spec import CIB
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.store import FileStore
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult

OBJECTS = {
    "resources": ("primitive", "group", "clone", "master", "bundle", "template"),
    "constraints": ("rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket"),
}


class NoCommands:
    """A runner for what must not need any command."""

    def run(
        self, argv: list[str], stdin: str | None = None, environment: Mapping[str, str] | None = None
    ) -> CommandResult:
        raise AssertionError(f"a command was run: {argv}")

    def find(self, name: str) -> str | None:
        raise AssertionError(f"the command {name} was looked for")

    def warn(self, message: str) -> None:
        raise AssertionError(f"a warning was given: {message}")


def import_of_its_export(path: str) -> dict[str, Any]:
    """What pcs_cib returns in check mode for what cluster_info exports of the CIB file PATH."""
    runner = NoCommands()
    exported = information(runner, path, secrets=True)
    validated = ArgumentSpecValidator(CIB).validate({kind: exported[kind] for kind in CIB if kind in exported})
    if validated.error_messages:
        raise ClusterError("pcs_cib does not take the export: " + "; ".join(validated.error_messages))
    declared = {kind: validated.validated_parameters[kind] for kind in CIB}
    return Engine(runner, FileStore(runner, path), check_mode=True).ensure(declared)


def problem(path: pathlib.Path) -> str | None:
    """Why the CIB in the file PATH can't be handled, or None when it can."""
    try:
        result = import_of_its_export(str(path))
    except (ClusterError, AssertionError) as error:
        return str(error)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if result["changed"]:
        return f"the import changes {result['diff']}"
    return None


def left_alone(path: pathlib.Path) -> dict[str, int]:
    """How many objects of each tag the export of the CIB file PATH does not hold."""
    exported = information(NoCommands(), str(path), secrets=True)
    kinds = [kind for kind in BY_NAME if isinstance(exported[kind], list)]
    held = {item["id"] for kind in kinds for item in exported[kind] if "id" in item}
    configuration = ET.parse(path).getroot().find("configuration")
    assert configuration is not None
    return dict(
        collections.Counter(
            element.tag
            for section, tags in OBJECTS.items()
            for found in configuration.findall(section)
            for element in found.iter()
            if element.tag in tags and element.get("id") not in held
        )
    )


def survey(directory: str) -> dict[str, Any]:
    """For every CIB file below DIRECTORY: why it can't be handled, or what of it is left alone."""
    problems: dict[str, str | None] = {}
    unheld: dict[str, dict[str, int]] = {}
    for path in sorted(pathlib.Path(directory).rglob("*.xml")):
        name = str(path.relative_to(directory))
        problems[name] = problem(path)
        if problems[name] is None:
            unheld[name] = left_alone(path)
    return {"problems": problems, "left_alone": unheld}
