# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that break a cluster: choose, break, watch and judge.

Choose:

- catalogue: The tests that break a cluster on purpose, as data: the action, its target and the expected result
- plan: Plan a test: whether it may begin, its target, and the events to wait for
- state: Read the state of a node and its cluster before, during and after a test
- watched: Choose the addresses, mounts and units of resources to watch from outside of Pacemaker

Break and watch:

- breaking: Break something on a node, after making sure that it heals by itself
- watching: Start and stop the services that watch during a test, and read their records

Judge:

- observed: Combine the observations of a test, from all nodes and from outside, on one clock
- invariants: The conditions that must hold during and after every test
- judging: Judge a test: combine all observations and check every invariant
"""
