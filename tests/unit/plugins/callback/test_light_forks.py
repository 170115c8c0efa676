# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback that sets aside what the controller has before Ansible forks."""

from __future__ import annotations

import gc

from ansible_collections.quorate.ha_cluster.plugins.callback.light_forks import CallbackModule


def test_what_is_there_at_the_start_of_a_play_is_out_of_the_collector_s_reach() -> None:
    there = [["an object that the collector looks after"]]
    try:
        CallbackModule().v2_playbook_on_play_start(play=None)
        assert gc.get_freeze_count() > 0
        assert not any(item is there for item in gc.get_objects())
    finally:
        gc.unfreeze()
    assert any(item is there for item in gc.get_objects())
