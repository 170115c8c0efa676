# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names of variables a role and its collection know, and which are slips of the finger."""

from __future__ import annotations

import difflib
import pathlib
import re
import typing as t
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import yaml

SHARED_PREFIX = "ha_"
FOREIGN_NAMES = "ha_foreign_variables"

# A role's own names share the role's prefix, so what follows it is compared. 0.75 still finds a slip in a word of four
# letters.
REMAINDER_CUTOFF = 0.75
# A slip within the prefix itself: the whole name is compared, and strictly, because it may well be somebody else's.
WHOLE_NAME_CUTOFF = 0.9
WHOLE_NAME_LENGTH = 10

_SHARED_NAME = re.compile(r"(?<![\w.])ha_[a-z0-9_]*[a-z0-9]\b")  # not the end of quorate.ha_cluster


@dataclass(frozen=True)
class Findings:
    """Unknown names: those that are near a known one (name, known name), and the others."""

    near: tuple[tuple[str, str], ...]
    strange: tuple[str, ...]


def role_vocabulary(role: pathlib.Path) -> frozenset[str]:
    """Names of ROLE's variables: the options of all its entry points and what its defaults hold."""
    specs = load_mapping(role / "meta" / "argument_specs.yml").get("argument_specs") or {}
    options = {name for spec in specs.values() for name in spec.get("options") or {}}
    return frozenset(options.union(*(load_mapping(path) for path in role.glob("defaults/*.yml"))))


def shared_vocabulary(roles: pathlib.Path) -> frozenset[str]:
    """All names ``ha_*`` that the roles below ROLES and the playbooks beside them mention."""
    directories = ("defaults", "handlers", "meta", "tasks", "templates", "vars")
    files = [path for name in directories for path in roles.glob(f"*/{name}/**/*") if path.suffix in (".yml", ".j2")]
    files += (roles.parent / "playbooks").glob("*.yml")
    texts = (path.read_text(encoding="utf-8") for path in files)
    return frozenset(name for text in texts for name in _SHARED_NAME.findall(text)) | {FOREIGN_NAMES}


def find_unknown(names: Iterable[str], prefix: str, own: Collection[str], shared: Collection[str]) -> Findings:
    """Sort out which of NAMES are neither among the OWN names of the role with PREFIX nor among the SHARED ones."""
    near: list[tuple[str, str]] = []
    strange: list[str] = []
    for name in sorted(set(names).difference(own, shared)):
        nearest = _nearest(name, prefix, own, shared)
        if nearest is not None:
            near.append((name, nearest))
        elif name.startswith((prefix, SHARED_PREFIX)):
            strange.append(name)
    return Findings(tuple(near), tuple(strange))


def failure_message(near: Iterable[tuple[str, str]], host: str) -> str:
    """What the user reads when there are near misses."""
    lines = [f'variable "{name}" of host {host} is not known; did you mean "{known}"?' for name, known in near]
    lines.append(f"Correct the name, or list it in {FOREIGN_NAMES} when it is meant for something else.")
    return "\n".join(lines)


def _nearest(name: str, prefix: str, own: Collection[str], shared: Collection[str]) -> str | None:
    if name.startswith("__"):
        return None
    if name.startswith(prefix):
        return _closest_remainder(name, prefix, own)
    if name.startswith(SHARED_PREFIX):
        # Other collections use this prefix as well, with longer or shorter names made of the same words.
        return _closest_remainder(name, SHARED_PREFIX, [known for known in shared if not _same_words(name, known)])
    if name.startswith("ansible_") or len(name) < WHOLE_NAME_LENGTH:
        return None
    similar = [known for known in {*own, *shared} if abs(len(known) - len(name)) <= 2 and not _same_words(name, known)]
    return next(iter(difflib.get_close_matches(name, similar, n=1, cutoff=WHOLE_NAME_CUTOFF)), None)


def _closest_remainder(name: str, prefix: str, known: Iterable[str]) -> str | None:
    remainders = [other[len(prefix) :] for other in known if other.startswith(prefix)]
    matches = difflib.get_close_matches(name[len(prefix) :], sorted(remainders), n=1, cutoff=REMAINDER_CUTOFF)
    return prefix + matches[0] if matches else None


def _same_words(name: str, known: str) -> bool:
    words, known_words = set(name.split("_")), set(known.split("_"))
    return words <= known_words or words >= known_words


def load_mapping(path: pathlib.Path) -> Mapping[str, t.Any]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
