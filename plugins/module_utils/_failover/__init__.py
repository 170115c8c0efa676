# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that break a cluster: choose, break, watch and judge.

Choose:

- catalogue: The tests that break a cluster on purpose, as data: what each does, to whom, and what it expects
- plan: Whether a test may begin, whom it is about, and what is waited for
- state: What a node tells of its cluster and of itself before, during and after a test
- watched: What is watched of a cluster from outside of Pacemaker: addresses, mounts and units of its resources

Break and watch:

- breaking: Breaks something on a node, after it has made sure that it heals by itself
- watching: Starts and ends the services that watch during a test, and reads what they have seen

Judge:

- observed: What was seen during a test, from all nodes and from outside, on one clock
- invariants: What must hold during and after every test
- judging: Brings together what all have seen of a test, and says whether every invariant held
"""
