#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_failover_clock
short_description: Measure the difference between a host's clock and the controller's
version_added: 1.0.0
description:
  - "Internal: a step of the role failover_test. It may change in any release."
  - Queries the host's time repeatedly, and uses the fastest answer. The result is exact to half of the time that this
    answer took.
extends_documentation_fragment:
  - quorate.ha_cluster._attributes.read_only
  - quorate.ha_cluster._attributes.controller
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Compare the clocks
  quorate.ha_cluster.internal_failover_clock:
  register: clock
"""

RETURN = r"""
ahead:
  description: Seconds that the host's clock is ahead. Negative if it is behind.
  returned: success
  type: float
  sample: 0.012
uncertainty:
  description: The possible error in seconds.
  returned: success
  type: float
  sample: 0.03
"""
