#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare a program that is run at every event."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_alert
short_description: Declare an alert, a program that Pacemaker runs at every event
version_added: 1.0.0
description:
  - Creates, changes or removes one alert and its recipients.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.alerts
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Write every event to a file
  quorate.ha_cluster.pcs_alert:
    id: to-file
    path: /usr/share/pacemaker/alerts/alert_file.sh.sample
    meta:
      timeout: 15s
    recipients:
      - value: /var/log/cluster-events.log

- name: Write them to another file as well
  quorate.ha_cluster.pcs_alert:
    id: to-file
    recipients:
      - value: /srv/cluster-events.log

- name: Write no events any more
  quorate.ha_cluster.pcs_alert:
    id: to-file
    state: absent
"""

RETURN = r"""
commands:
  description:
    - The pcs commands that were, or in check mode would be, run on a copy of the configuration. Secrets are masked.
  returned: always
  type: list
  elements: list
  sample:
    - [pcs, alert, create, path=/usr/share/pacemaker/alerts/alert_file.sh.sample, id=to-file, meta, timeout=15s]
    - [pcs, alert, recipient, add, to-file, value=/var/log/cluster-events.log,
       id=to-file-recipient--var-log-cluster-events.log]
transition:
  description:
    - The cluster's actions because of the change, as C(crm_simulate) predicts them from the live state.
  returned: always
  type: list
  elements: dict
  sample: []
notes:
  description:
    - Further information, such as that the change was predicted without pcs, or that an operator put a node into
      standby, which stays in standby.
  returned: always
  type: list
  elements: str
  sample: []
diff:
  description: The objects that differ, before and after, as YAML in the form of M(quorate.ha_cluster.pcs_cib).
  returned: always
  type: dict
  sample:
    before: ""
    after: |
      alerts:
        - id: to-file
          path: /usr/share/pacemaker/alerts/alert_file.sh.sample
          meta:
            timeout: 15s
          recipients:
            - id: to-file-recipient--var-log-cluster-events.log
              value: /var/log/cluster-events.log
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import one_of


def main() -> None:
    one_of("alerts")


if __name__ == "__main__":
    main()
