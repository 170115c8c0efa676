#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare a program that is run at every event."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_alert
short_description: Declare a program that is run at every event
version_added: 1.0.0
description:
  - Makes, changes or removes one alert and its recipients.
options:
  id:
    description: The name of the alert.
    type: str
    required: true
  path:
    description: The program. Needed to make the alert.
    type: str
  description:
    description: What the alert is for. An empty text removes it.
    type: str
  options:
    description: Options of the program. Null removes one; one that is not named is left alone.
    type: dict
  meta:
    description: Meta attributes, such as V(timeout) or V(timestamp-format). One set to null is removed.
    type: dict
  recipients:
    description: Whom the alert is for. One that is not named here is left alone.
    type: list
    elements: dict
    suboptions:
      id:
        description:
          - The id of the recipient.
          - Without it, the recipient with the same value is meant, and a new one is named after its value.
        type: str
      value:
        description: What the program is given, such as an address or the path of a file. Needed to make one.
        type: str
      description:
        description: Who this is. An empty text removes it.
        type: str
      options:
        description: Options of the program for this recipient. One set to null is removed.
        type: dict
      meta:
        description: Meta attributes for this recipient. One set to null is removed.
        type: dict
      state:
        description: Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib.state
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
    - What the cluster does because of the change, as C(crm_simulate) tells it from the live state.
  returned: always
  type: list
  elements: dict
  sample: []
notes:
  description:
    - What you should know too, such as that the change was predicted without pcs, or that an operator put a node into
      standby, which stays so.
  returned: always
  type: list
  elements: str
  sample: []
diff:
  description: The objects that differ, before and after, as YAML in the form that M(quorate.ha_cluster.pcs_cib) takes.
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
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.spec import ALERT


def main() -> None:
    one_of("alerts", ALERT)


if __name__ == "__main__":
    main()
