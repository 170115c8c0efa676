#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_failover_await
short_description: Wait for what a failover test expects, and say on the console what is awaited
version_added: 1.0.0
description:
  - "Internal: a step of the role failover_test. It may change in any release."
  - Asks a node again and again with M(quorate.ha_cluster.internal_failover_info) until what is awaited has come, and
    shows which test runs, how long, and what is awaited.
  - A node that does not answer is asked again; it may be booting.
  - Never fails. RV(lacking) tells what has not come.
options:
  until:
    description:
      - V(effect) waits for what the break should cause, for at least the time that the test holds it.
      - V(rest) waits until all nodes are there and the cluster is idle, whatever has failed meanwhile.
      - V(recovery) waits until the cluster is whole and idle, and stays so for a moment.
    type: str
    choices: [effect, rest, recovery]
    required: true
  aim:
    description: The test, as P(quorate.ha_cluster.internal_failover_aim#filter) has aimed it.
    type: dict
    required: true
  before:
    description: What M(quorate.ha_cluster.internal_failover_info) has returned before.
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
      - It doesn't wait then.
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
  description: What has not come.
  returned: always
  type: list
  elements: str
  sample: []
seconds:
  description: How long it has taken.
  returned: always
  type: float
  sample: 12.5
"""
