# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep Python's garbage collector in Ansible's workers from going through all that was there before the fork."""

from __future__ import annotations

DOCUMENTATION = r"""
name: light_forks
type: aggregate
short_description: Reduce the work of the garbage collector in Ansible's workers
version_added: 1.0.0
description:
  - Ansible forks a worker for each task on each host. The worker's garbage collector soon scans all objects of the
    controller. This takes time, copies their memory, and finds nothing.
  - At the start of each play, this callback excludes these objects with Python's C(gc.freeze), which exists for
    processes that fork. It prints and changes nothing else.
  - This saves processor time on the controller. It matters with many hosts and few processors.
requirements:
  - "enable it in C(ansible.cfg): C(callbacks_enabled = quorate.ha_cluster.light_forks)"
seealso:
  - name: gc.freeze
    description: Python's documentation of the function.
    link: https://docs.python.org/3/library/gc.html#gc.freeze
author:
  - The quorate project (@quorate)
"""

import gc

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Ansible's entry."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "quorate.ha_cluster.light_forks"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_play_start(self, play: object) -> None:
        gc.freeze()
