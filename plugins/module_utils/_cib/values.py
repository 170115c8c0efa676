# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert declared values to the words that Pacemaker and the agents take. Pure.

YAML reads on, off, yes and no without quotes as true and false. Where an option takes such a word and not a boolean,
the word is put back if there is only one that can be meant; otherwise the value is refused, never guessed.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, Optional

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import PATTERNS, Declared, is_absent
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import KINDS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import boolean, same, text
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import every, is_free
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import a_shape, name_of
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

if TYPE_CHECKING:
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib

HOST_LIST, HOST_MAP = "pcmk_host_list", "pcmk_host_map"
ACTIONS = re.compile(r"pcmk_\w+_action|action|stonith-action|fencing-action")
WORDS = re.compile(r"pcmk_\w+|method")  # of a fencing device: words or numbers, never a boolean
ESCAPED = re.compile(r"[=:;\s]")  # what separates the entries of pcmk_host_map

# The free-form options of a declared object, its parts that have some of their own, and what both are called.
ALL = [(name, option) for kind in KINDS for name, option in every(kind.options)]
ATTRIBUTES = frozenset(name for name, option in ALL if is_free(option))
PARTS = {name: option["noun"] for name, option in ALL if "noun" in option}
NOUNS = {name: kind.noun for kind in KINDS for name in (kind.name, *(kind.more if kind.values is not None else ()))}


@dataclass(frozen=True)
class Parameter:
    """An agent's description of one of its options: its type, the words it takes, and its default."""

    type: str
    words: tuple[str, ...] = ()
    default: str = ""


Parameters = Mapping[str, Parameter]
Ask = Callable[[str], Optional[Parameters]]


# --- without asking an agent -----------------------------------------------------------------------------------------


def plain(declared: Declared) -> dict[str, Any]:
    """DECLARED with every value of an option as one word or number. Raises ClusterError for a list or a mapping."""
    result: dict[str, Any] = {}
    for kind, value in declared.items():
        noun = NOUNS.get(kind, kind)
        if isinstance(value, Mapping) and kind not in PATTERNS:
            result[kind] = plain_options(value, noun, is_fencing=False)
        elif isinstance(value, list):
            result[kind] = [
                plain_object(item, f"{noun} '{name_of(item) or '?'}'", is_fencing=kind == "stonith") for item in value
            ]
        else:
            result[kind] = value
    return result


def plain_object(item: Declared, what: str, *, is_fencing: bool) -> Declared:
    result = dict(item)
    for field, value in item.items():
        if field in ATTRIBUTES and isinstance(value, Mapping):
            result[field] = plain_options(value, what, is_fencing=is_fencing and field == "options")
        elif field in PARTS and isinstance(value, list):
            result[field] = [
                plain_object(part, f"{PARTS[field]} '{name_of(part) or '?'}' of {what}", is_fencing=False)
                for part in value
            ]
    return result


def plain_options(options: Declared, what: str, *, is_fencing: bool) -> dict[str, Any]:
    return {name: plain_value(str(name), value, what, is_fencing=is_fencing) for name, value in options.items()}


def plain_value(name: str, value: Any, what: str, *, is_fencing: bool) -> Any:
    where = f"option '{name}' of the {what}" if what not in NOUNS.values() else f"{what} '{name}'"
    if isinstance(value, (list, tuple)) and name == HOST_LIST:
        return " ".join(words_of(value, where))
    if isinstance(value, Mapping) and name == HOST_MAP:
        return ";".join(map_entries(value, where))
    if isinstance(value, (list, tuple, Mapping)):
        refuse_structure(value, where)
    if isinstance(value, bool) and (is_fencing or name in ("stonith-action", "fencing-action")):
        if ACTIONS.fullmatch(name):
            return "on" if value else "off"
        if WORDS.fullmatch(name):
            refuse_boolean(value, where, "it does not take a boolean")
    return value


def refuse_structure(value: Any, where: str) -> NoReturn:
    raise ClusterError(
        f"The {where} is {a_shape(value)}, but it takes one value: write it as text, in the form that it is to have."
        f" Only {HOST_LIST} takes a list, and only {HOST_MAP} takes a mapping."
    )


def refuse_boolean(value: bool, where: str, why: str) -> NoReturn:
    raise ClusterError(
        f"The {where} is {'true' if value else 'false'} for YAML, which also reads"
        f" {'on and yes' if value else 'off and no'} so, but {why}. Write the intended word in quotes."
    )


def words_of(values: Any, where: str) -> list[str]:
    """The names in a list, each a word."""
    if not values:
        raise ClusterError(f"The {where} is an empty list. Set it to null to remove it.")
    for value in values:
        if isinstance(value, bool) or not isinstance(value, (str, int)) or not re.fullmatch(r"[^,;\s]+", str(value)):
            raise ClusterError(f"The {where} holds {value!r}, but each entry is one name. Write it in quotes.")
    return [str(value) for value in values]


def map_entries(values: Mapping[Any, Any], where: str) -> Iterator[str]:
    """`node:port` for each node of a mapping, `node:port,port` where it has several."""
    if not values:
        raise ClusterError(f"The {where} is an empty mapping. Set it to null to remove it.")
    for node, ports in values.items():
        words_of([node], where)
        several = list(ports) if isinstance(ports, (list, tuple)) else [ports]
        for port in several:
            if isinstance(port, bool) or not isinstance(port, (str, int)) or str(port) == "" or "\\" in str(port):
                raise ClusterError(
                    f"The {where} has {port!r} for '{node}', but a port is a name or a number. Write it in quotes."
                )
        if not several:
            raise ClusterError(f"The {where} has no port for '{node}'.")
        yield f"{escaped(str(node))}:{','.join(escaped(str(port)) for port in several)}"


def escaped(word: str) -> str:
    return ESCAPED.sub(lambda found: f"\\{found[0]}", word)


# --- by the agent's metadata -----------------------------------------------------------------------------------------


def settled(declared: Declared, current: Cib, ask: Ask) -> Declared:
    """DECLARED, which is plain, with the options of agents that are true or false in the agent's own words.

    ASK returns an agent's metadata about its options. It is called only for a value that differs from CURRENT.
    """
    result = dict(declared)
    for kind in ("resources", "stonith"):
        if declared.get(kind):
            result[kind] = [settled_item(kind, item, current, ask) for item in declared[kind]]
    return result


def settled_item(kind: str, item: Declared, current: Cib, ask: Ask) -> Declared:
    primitive = current.primitives.get(item["id"])
    old = primitive.options if primitive is not None else {}
    unsettled = {
        name: value
        for name, value in (item.get("options") or {}).items()
        if isinstance(value, bool) and not same(name, old.get(name), text(value))
    }
    agent = primitive.agent if primitive is not None else item.get("agent") or ""
    if not unsettled or not agent or is_absent(item):
        return item
    if kind == "stonith" and not agent.startswith("stonith:"):
        agent = f"stonith:{agent}"
    known = ask(agent)
    if known is None:  # not installed here: pcs refuses it, and check mode can only foresee that
        return item
    what = f"{NOUNS[kind]} '{item['id']}'"
    words = {
        name: in_agents_words(value, known[name], f"option '{name}' of the {what}")
        for name, value in unsettled.items()
        if name in known
    }
    return {**item, "options": {**item["options"], **words}}


def in_agents_words(value: bool, parameter: Parameter, where: str) -> str:
    """The word for VALUE that the agent takes. Raises ClusterError where none can be told."""
    if parameter.type == "boolean":
        return text(value)
    if parameter.words:
        meant = [word for word in parameter.words if boolean(word) is value]
        if len(meant) == 1:
            return meant[0]
        refuse_boolean(value, where, f"the agent takes one of {', '.join(map(repr, parameter.words))}")
    usual = PAIRS.get(parameter.default.lower())
    if usual is not None and not parameter.type.startswith(("int", "second", "time")):
        return usual[value]
    refuse_boolean(value, where, f"the agent takes a value of the type '{parameter.type}'")


PAIRS = {word: pair for pair in (("false", "true"), ("no", "yes"), ("off", "on")) for word in pair}


def parameters(metadata: str) -> dict[str, Parameter]:
    """The options that an agent's METADATA describes."""
    try:
        root = ET.fromstring(metadata)
    except ET.ParseError:
        return {}
    found = {}
    for element in root.iter("parameter"):
        content = element.find("content")
        if content is not None:
            words = tuple(option.get("value", "") for option in content.iter("option"))
            found[element.get("name", "")] = Parameter(content.get("type", ""), words, content.get("default", ""))
    return found
