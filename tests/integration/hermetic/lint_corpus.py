# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside the root file system of a Debian release: looks for what is wrong with the CIBs of others."""

from __future__ import annotations

import collections
import pathlib
import traceback
import xml.etree.ElementTree as ET
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.placement import Placement, ha_nodes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.templates import expanded
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify import (
    cib,
    fencing,
    picture,
    rules,
    service_address,
    times,
    what_if,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._verify.fence_device import Fences


def survey(directory: str) -> dict[str, Any]:
    """How often each id is found in the CIBs in DIRECTORY, and in which of them the search itself breaks."""
    ids = collections.Counter[str]()
    broken: dict[str, str] = {}
    files = sorted(pathlib.Path(directory).glob("*.xml"))
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        try:
            text = expanded(text)
            model = parse_cib(text)
        except ClusterError as error:
            broken[path.name] = str(error)
            continue
        try:
            root = ET.fromstring(text)
            found = [*cib.lint(model), *cib.compare_names(text, None)]
            found += fencing.lint(Fences(model, ha_nodes(model), Placement.of(text, model)))
            found += [*rules.lint(root, model), *times.lint(root, model)]
            found += service_address.lint(root, model, service_address.Surroundings())
            picture.draw(model, None, None, {})
            what_if.without(what_if.with_all_nodes(text, "3.0.0"), next(iter(model.nodes), ""), quorate=True)
        except Exception:
            broken[path.name] = traceback.format_exc(limit=-2)
            continue
        ids.update({finding.id for finding in found})
    return {"files": len(files), "broken": broken, "ids": dict(ids)}
