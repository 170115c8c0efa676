#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: internal_failover_clock
short_description: Measure how far a host's clock is ahead of the controller's
version_added: 1.0.0
description:
  - "Internal: a step of the role failover_test. It may change in any release."
  - Asks the host a few times what time it is, and takes the answer that came fastest. The clock can't be known better
    than to half of the time that this took.
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
  description: Seconds that the host's clock is ahead; negative where it is behind.
  returned: success
  type: float
  sample: 0.012
uncertainty:
  description: How many seconds that may be wrong.
  returned: success
  type: float
  sample: 0.03
"""
