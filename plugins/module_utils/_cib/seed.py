# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the first CIB of a cluster, with properties for its very first start only.

Pacemaker waits `dc-deadtime` (20 s) for other nodes before it elects a DC. On the first start of a new cluster nothing
is lost by waiting less, and everything else waits for it.
"""

from __future__ import annotations

import typing as t
import xml.etree.ElementTree as ET

from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

ID_PREFIX = "quorate-first-start-"
# The set in which pcs and pacemaker keep the cluster's properties.
PROPERTY_SET = "cib-bootstrap-options"

# Properties that pacemaker sets by itself.
_AUTOMATIC = {"cluster-infrastructure", "cluster-name", "dc-version", "have-watchdog", "last-lrm-refresh"}


def seed(empty: str, properties: t.Mapping[str, str]) -> str:
    """The CIB that `cibadmin --empty` printed, with PROPERTIES."""
    root = ET.fromstring(empty)
    root.set("epoch", "1")
    config = root.find("./configuration/crm_config")
    if config is None:
        raise ValueError("a CIB without crm_config")
    property_set = ET.SubElement(config, "cluster_property_set", {"id": PROPERTY_SET})
    for name, value in properties.items():
        ET.SubElement(property_set, "nvpair", {"id": ID_PREFIX + name, "name": name, "value": value})
    return ET.tostring(root, encoding="unicode") + "\n"


def seeded_ids(cib: str) -> list[str]:
    """The ids of the properties in CIB that come from a seed."""
    root = ET.fromstring(cib)
    ids = (pair.get("id", "") for pair in root.findall("./configuration/crm_config/cluster_property_set/nvpair"))
    return [name for name in ids if name.startswith(ID_PREFIX)]


def find_seeded(runner: Runner) -> list[str]:
    """The ids of the properties to take out of the running cluster; none when it doesn't run."""
    result = runner.run(["cibadmin", "--query"])
    return seeded_ids(result.stdout) if result.rc == 0 else []


def is_leftover(cib: str, cluster: str) -> bool:
    """Is CIB that of another cluster than CLUSTER and holds nothing that anybody configured?"""
    try:
        root = ET.fromstring(cib)
    except ET.ParseError:
        return False
    properties = root.findall("./configuration/crm_config/cluster_property_set/nvpair")
    names = {pair.get("value") for pair in properties if pair.get("name") == "cluster-name"}
    foreign = bool(names) and cluster not in names
    sections = [section for section in root.findall("./configuration/*") if section.tag not in ("crm_config", "nodes")]
    return (
        foreign
        and all(pair.get("name") in _AUTOMATIC for pair in properties)
        and not any(len(section) for section in sections)
    )
