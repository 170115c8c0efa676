# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide for each shared key which one it is to be and which hosts have to get it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import is_stock_text

DOCUMENTATION = r"""
name: internal_authkey_plan
short_description: Decide which shared key wins and which hosts have to get it
version_added: 1.0.0
description:
  - "Internal: a step of the role authkey. It may change in any release."
  - For each key, the supplied one wins, then that of a host on which the key's service runs, then that of the
    first host that has one, in the order in which the key lists its hosts. When no host has one, one is generated.
  - Works with digests. No key passes through it but a supplied one, and it returns none.
positional: found
options:
  _input:
    description: The keys, as the variable C(ha_shared_keys) of the role P(quorate.ha_cluster.authkey#role) lists them.
    type: list
    elements: dict
    required: true
  found:
    description:
      - By host, what P(quorate.ha_cluster.internal_machine_info#module) returned of the keys' C(files) and of the
        C(units) that use them. Only hosts in the play.
      - Of C(texts) C(/etc/corosync/corosync.conf), to tell a cluster from the one-node cluster that Debian's packages
        start when they are installed. That one does not use a key.
    type: dict
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Decide which keys go where
  ansible.builtin.set_fact:
    plan: "{{ ha_shared_keys | quorate.ha_cluster.internal_authkey_plan({'node1': look1, 'node2': look2}) }}"
"""

RETURN = r"""
_value:
  description:
    - One entry for each key that a host in the play shares.
    - C(source) is V(supplied), V(existing), V(generate) or V(missing), C(host) the host that has or generates the key.
    - C(write) lists the hosts that lack the key or have another one, C(conflicts) those of them whose service runs with
      another one, C(absent) the key's hosts that aren't in the play.
    - C(correct) lists the hosts on which owner, group or mode of the key's file are otherwise than wanted.
  type: list
  elements: dict
"""

# What the module internal_key_file makes of a file when a key does not say it.
FILE = {"owner": "root", "group": "root", "mode": "0400"}

COROSYNC_CONF = "/etc/corosync/corosync.conf"
CLUSTER_UNITS = ("corosync.service", "pacemaker.service")

Found = t.Mapping[str, t.Mapping[str, t.Any]]


def authkey_plan(keys: t.Iterable[t.Mapping[str, t.Any]], found: Found) -> list[dict[str, t.Any]]:
    """Plan all KEYS that concern a host in FOUND."""
    return [plan_key(key, found) for key in keys if any(host in found for host in key["hosts"])]


def plan_key(key: t.Mapping[str, t.Any], found: Found) -> dict[str, t.Any]:
    """Plan one KEY."""
    path = key["path"]
    sharers = sharers_of(key)
    present = {host: found[host]["files"][path] for host in sharers if path in found.get(host, {}).get("files", {})}
    holders = {host: state["sha256"] for host, state in present.items() if state["exists"]}
    running = [host for host in holders if is_in_use(key.get("service") or "", found[host])]
    absent = [host for host in key["hosts"] if host not in present]
    host, digest = "", ""
    if key.get("content"):
        source, digest = "supplied", supplied_digest(key)
    elif holders:
        host = next(iter(running or holders))
        source, digest = "existing", holders[host]
    else:
        source, host = ("missing", "") if absent else ("generate", next(iter(present)))
    return {
        "path": path,
        "source": source,
        "host": host,
        "sha256": digest,
        "write": [name for name in present if holders.get(name) != digest] if digest else list(present),
        "conflicts": [name for name in running if digest and holders[name] != digest],
        "absent": absent,
        "correct": [name for name, state in present.items() if state["exists"] and not has_rights(state, key)],
    }


def sharers_of(key: t.Mapping[str, t.Any]) -> list[str]:
    """The hosts that share KEY. With neighbours in an order that is the same for all of them, so that they agree."""
    neighbours = key.get("neighbours") or []
    return sorted({*key["hosts"], *neighbours}) if neighbours else list(key["hosts"])


def is_in_use(service: str, look: t.Mapping[str, t.Any]) -> bool:
    """Does the unit SERVICE run on a host of which LOOK tells, in a cluster that is a real one?"""
    active = bool(look["units"].get(service, {}).get("active"))
    return active and not (service in CLUSTER_UNITS and is_stock_text(look["texts"].get(COROSYNC_CONF) or ""))


def has_rights(state: t.Mapping[str, t.Any], key: t.Mapping[str, t.Any]) -> bool:
    """Are owner, group and mode of a file in STATE those that KEY asks for?"""
    return all(state.get(option, "") == key.get(option, usual) for option, usual in FILE.items())


def supplied_digest(key: t.Mapping[str, t.Any]) -> str:
    """The digest of KEY's content."""
    try:
        return hashlib.sha256(base64.b64decode(str(key["content"]), validate=True)).hexdigest()
    except (binascii.Error, ValueError):
        raise AnsibleFilterError(f"ha_shared_keys: the content of {key['path']} isn't base64") from None


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_authkey_plan": authkey_plan}
