# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say which ports a cluster's services use, where they are not the usual ones."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.services import SERVICES, link_ports

DOCUMENTATION = r"""
name: cluster_ports
short_description: Say which ports a cluster's services use
version_added: 1.0.0
description:
  - Brings the variables that set a port together, for the packet filter and for verify.
options:
  _input:
    description: Options of corosync's links by network, as in C(ha_link_options). Their C(mcastport) counts.
    type: dict
    required: true
  transport:
    description: How corosync sends.
    type: str
    default: knet
  pcsd:
    description: The port of pcsd.
    type: int
    default: 2224
  fence_virt:
    description: The port of fence_virtd, by which it also connects back to nodes.
    type: int
    default: 1229
  qnetd:
    description: The port of corosync-qnetd.
    type: int
    default: 5403
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Show them
  ansible.builtin.debug:
    msg: "{{ {'cluster': {'mcastport': 5500}} | quorate.ha_cluster.cluster_ports(pcsd=3224) }}"
"""

RETURN = r"""
_value:
  description: By the service, its ports or ranges of them.
  type: dict
"""


def cluster_ports(
    link_options: Mapping[str, Mapping[str, t.Any]],
    *,
    transport: str = "knet",
    pcsd: int = 2224,
    fence_virt: int = 1229,
    qnetd: int = 5403,
) -> dict[str, list[str]]:
    """The ports by service. The usual ones of corosync stay, for links that have no port of their own."""
    own = [str(options["mcastport"]) for options in link_options.values() if options.get("mcastport")]
    # What is no port is passed on, for the check of the input to name it.
    corosync = [
        SERVICES["corosync"][0].ports,
        *(link_ports(int(port), transport) if port.isdigit() else port for port in own),
    ]
    return {
        "pcsd": [str(pcsd)],
        "corosync": list(dict.fromkeys(corosync)),
        "fence_xvm": [str(fence_virt)],
        "fence_virtd_multicast": [str(fence_virt)],
        "qnetd": [str(qnetd)],
    }


class FilterModule:
    """Make the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        return {"cluster_ports": cluster_ports}
