# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep Python's garbage collector in Ansible's workers from going through all that was there before the fork."""

from __future__ import annotations

DOCUMENTATION = r"""
name: light_forks
type: aggregate
short_description: Spare Ansible's workers the garbage of the controller
version_added: 1.0.0
description:
  - Ansible forks a worker for each task on each host. The garbage collector of such a worker soon goes through all
    objects that the controller had before, which takes time and copies their memory, and finds nothing.
  - This callback sets these objects aside at the start of each play, with Python's C(gc.freeze), which is made for
    processes that fork. It says and changes nothing else.
  - What it saves is processor time on the controller, so it counts where many hosts and few processors are.
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
