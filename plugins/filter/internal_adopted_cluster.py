# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn what was found of a cluster into an inventory with which the roles change nothing there."""

from __future__ import annotations

import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.adoption import (
    Adoption,
    Found,
    adopt,
    problems,
)
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._inventory_text import as_yaml, comment

DOCUMENTATION = r"""
name: internal_adopted_cluster
short_description: Write the inventory of an existing cluster
version_added: 1.0.0
description:
  - "Internal: a step of the role adopt. It may change in any release."
  - Converts the facts about an existing cluster into the files of an inventory. With it, this collection's roles change
    nothing.
positional: cib
options:
  _input:
    description:
      - The facts about each host of the inventory, by the host's name.
      - All that M(quorate.ha_cluster.internal_cluster_node_info) returned, C(corosync) with what
        M(quorate.ha_cluster.corosync_info) returned, C(unauthenticated) and C(unreachable), lists of the names of nodes
        that the host has no token for and whose pcsd does not answer, and C(connection), a mapping of the variables by
        which Ansible reaches the host.
    type: dict
    required: true
  cib:
    description: The result of M(quorate.ha_cluster.cluster_info), with the secrets.
    type: dict
    required: true
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Name what stands in the way of adopting a cluster
  ansible.builtin.debug:
    msg: "{{ (adopt_found | quorate.ha_cluster.internal_adopted_cluster(adopt_cib)).problems }}"
"""

RETURN = r"""
_value:
  description:
    - C(problems), a list of reasons why the cluster can't be adopted, one sentence each. The other keys exist only if
      it is empty.
    - C(name) of the cluster.
    - C(files), a list of mappings with C(path), C(content) and C(secret), in the form of
      M(quorate.ha_cluster.internal_inventory_files).
    - C(left_out), C(operators) and C(notes), lists of settings that the files can't express, of settings of operators,
      and of further information.
  type: dict
"""


def itemized(head: str, items: t.Sequence[str]) -> str:
    return "#\n" + comment(head) + "".join(comment(item, "- ") for item in items) if items else ""


def variables_file(adoption: Adoption) -> str:
    """The variables, with a comment that says what they lack."""
    head = comment(
        f"Cluster {adoption.name} as it was found. With this inventory site.yml changes nothing: see that with --check"
        " --diff, then change what you want to change."
    )
    head += itemized("This can't be said here, and stays as it is:", adoption.left_out)
    head += itemized("This an operator has set, and it stays until an operator takes it back:", adoption.operators)
    head += itemized("What you should know:", adoption.notes)
    password = comment(
        "No password of user hacluster is needed while the nodes are authenticated to each other. To authenticate them"
        " again, give it as ha_hacluster_password, in a file of its own beside this one that ansible-vault encrypts."
    )
    parts = [comment(part.comment) + as_yaml(part.variables) for part in adoption.parts]
    return "---\n" + "\n".join([head, *parts, password])


def files(adoption: Adoption) -> list[dict[str, t.Any]]:
    hosts = comment(f"The nodes of cluster {adoption.name}, under their names in the cluster.")
    result = [
        {"path": "hosts.yml", "content": "---\n" + hosts + as_yaml(adoption.hosts), "secret": False},
        {"path": "group_vars/all/cluster.yml", "content": variables_file(adoption), "secret": False},
    ]
    if adoption.secrets:
        words = comment("The passwords of the cluster's devices and programs, which cluster.yml refers to.")
        content = "---\n" + words + as_yaml(adoption.secrets)
        result.append({"path": "group_vars/all/vault.yml", "content": content, "secret": True})
    return result


def adopted_cluster(hosts: t.Mapping[str, Found], cib: Found) -> dict[str, t.Any]:
    """The files to write for the cluster of HOSTS, or the reason for which it can't be adopted."""
    obstacles = problems(hosts, cib)
    if obstacles:
        return {"problems": obstacles}
    adoption = adopt(hosts, cib)
    return {
        "problems": [],
        "name": adoption.name,
        "files": files(adoption),
        "left_out": adoption.left_out,
        "operators": adoption.operators,
        "notes": adoption.notes,
    }


def entry(hosts: t.Mapping[str, Found], cib: Found) -> t.Any:
    """The filter: its result holds what looks like templates, and is none."""
    from ansible.utils.unsafe_proxy import wrap_var

    return wrap_var(adopted_cluster(hosts, cib))


class FilterModule:
    """Ansible's entry."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"internal_adopted_cluster": entry}
