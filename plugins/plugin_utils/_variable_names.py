# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names of variables this collection knows, and which are slips of the finger. Only ``ha_*`` are its own."""

from __future__ import annotations

import difflib
import functools
import pathlib
import re
import typing as t
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import yaml

PREFIX = "ha_"
FOREIGN_NAMES = "ha_foreign_variables"
CLUSTERS = "ha_clusters"  # of the playbooks, which choose hosts by it
# How much the words that differ have to resemble each other. 0.75 still finds a slip in one of four letters.
CUTOFF = 0.75

# The variables of the role ha_cluster of linux-system-roles, as its README lists them.
OF_LINUX_SYSTEM_ROLES = frozenset(
    f"ha_cluster_{name}"
    for name in """
    acls alerts cluster_name cluster_present cluster_properties constraints_colocation constraints_location
    constraints_order constraints_ticket corosync_key_src enable_repos enable_repos_resilient_storage
    export_configuration extra_packages fence_agent_packages fence_virt_key_src hacluster_password
    hacluster_qdevice_password install_cloud_agents manage_firewall manage_selinux node_options pacemaker_key_src
    pcs_permission_list pcsd_certificates pcsd_private_key_src pcsd_public_key_src qnetd quorum regenerate_keys
    resource_bundles resource_clones resource_defaults resource_groups resource_operation_defaults resource_primitives
    sbd_enabled sbd_options secure_logging start_on_boot stonith_levels totem transport use_latest_packages
    zypper_patterns
    """.split()  # noqa: SIM905
) | {"ha_cluster"}

# A variable in a specification of arguments.
_OPTION = re.compile(r"^ +(ha_[a-z0-9_]+):$", re.MULTILINE)


@dataclass(frozen=True)
class Findings:
    """Names ``ha_*`` that are not known: those near a known one (name, known name), those of linux-system-roles, and
    the others."""

    near: tuple[tuple[str, str], ...] = ()
    of_linux_system_roles: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


@functools.cache
def known_names(roles: pathlib.Path) -> frozenset[str]:
    """The variables that any of the ROLES takes."""
    return names_of_roles(roles, (path.name for path in roles.iterdir())) | {FOREIGN_NAMES, CLUSTERS}


def names_of_roles(roles: pathlib.Path, names: Iterable[str]) -> frozenset[str]:
    """The variables that those of the ROLES with these NAMES take."""
    paths = (roles / name / "meta" / "argument_specs.yml" for name in names)
    texts = (path.read_text(encoding="utf-8") for path in paths if path.is_file())
    return frozenset(name for text in texts for name in _OPTION.findall(text))


def find_unknown(names: Iterable[str], known: Collection[str]) -> Findings:
    """Sort out which of NAMES are not KNOWN. Names without the prefix are somebody else's, whatever they are."""
    near: list[tuple[str, str]] = []
    strange: list[str] = []
    unknown = sorted(name for name in set(names).difference(known) if name.startswith(PREFIX))
    for name in unknown:
        if name in OF_LINUX_SYSTEM_ROLES:
            continue
        nearest = _nearest(name, known)
        if nearest is None:
            strange.append(name)
        else:
            near.append((name, nearest))
    return Findings(tuple(near), tuple(sorted(OF_LINUX_SYSTEM_ROLES.intersection(unknown))), tuple(strange))


def near_problems(near: Iterable[tuple[str, str]]) -> list[str]:
    """What the user reads when there are near misses."""
    return [
        f'variable "{name}" is not known; did you mean "{known}"? Correct it, or list it in {FOREIGN_NAMES} if'
        " something else needs it."
        for name, known in near
    ]


def warnings(findings: Findings) -> list[str]:
    """What the user reads about names that stop no run. Without the host's name, so that Ansible shows each once."""
    lines = []
    if findings.of_linux_system_roles:
        lines.append(
            f"{', '.join(findings.of_linux_system_roles)}: variables of the role ha_cluster of linux-system-roles,"
            " which quorate.ha_cluster does not read; docs/migrating.md has its own names for them"
        )
    lines += [
        f'variable "{name}" is none of quorate.ha_cluster; list it in {FOREIGN_NAMES} if something else needs it'
        for name in findings.strange
    ]
    return lines


def _nearest(name: str, known: Collection[str]) -> str | None:
    found = max(((_resemblance(name, other), other) for other in known), default=(0.0, ""))
    return found[1] if found[0] >= CUTOFF else None


def _resemblance(name: str, known: str) -> float:
    """How much what NAME and KNOWN have not in common resembles each other. That several names begin or end with the
    same words says nothing; and other collections have longer or shorter names made of the same words."""
    words, known_words = name.split("_"), known.split("_")
    if set(words) <= set(known_words) or set(words) >= set(known_words):
        return 0.0
    for end in (0, -1):
        while words and known_words and words[end] == known_words[end]:
            del words[end], known_words[end]
    matcher = difflib.SequenceMatcher(None, "_".join(words), "_".join(known_words))
    return matcher.ratio() if matcher.quick_ratio() >= CUTOFF else 0.0


def load_mapping(path: pathlib.Path) -> Mapping[str, t.Any]:
    """The mapping in the YAML file PATH; empty when there is no such file."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
