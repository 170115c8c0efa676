#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_failover_await
short_description: Wait for the expected state of a failover test, and show it on the console
version_added: 1.0.0
description:
  - "Internal: a step of the role failover_test. It may change in any release."
  - Queries a node repeatedly with M(quorate.ha_cluster.internal_failover_info) until it reaches the expected state.
    Shows the test, its duration, and the expected state.
  - Queries a node that does not answer again, because it may be booting.
  - Never fails. RV(lacking) returns the missing conditions.
options:
  until:
    description:
      - V(effect) waits for the effect of the break, for at least the time that the test holds it.
      - V(rest) waits until all nodes are online and the cluster is idle, whatever has failed meanwhile.
      - V(recovery) waits until the cluster has recovered and is idle, and stays so for a moment.
    type: str
    choices: [effect, rest, recovery]
    required: true
  aim:
    description: The test, as returned by P(quorate.ha_cluster.internal_failover_aim#filter).
    type: dict
    required: true
  before:
    description: The previous result of M(quorate.ha_cluster.internal_failover_info).
    type: dict
    required: true
  timeout:
    description: Seconds to wait.
    type: int
    default: 300
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
  - quorate.ha_cluster._attributes.controller
attributes:
  check_mode:
    support: full
    details:
      - In check mode it does not wait.
  diff_mode:
    support: none
seealso:
  - module: quorate.ha_cluster.internal_failover_info
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Wait until the cluster is healthy again
  quorate.ha_cluster.internal_failover_await:
    until: recovery
    aim: "{{ aim }}"
    before: "{{ state }}"
"""

RETURN = r"""
lacking:
  description: The missing conditions.
  returned: always
  type: list
  elements: str
  sample: []
seconds:
  description: The duration.
  returned: always
  type: float
  sample: 12.5
"""
