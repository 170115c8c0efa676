# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host: packages, units, files, keys and disks.

- machine: What a machine has: packages, systemd units, files
- machine_change: Changes directories, files and systemd units of a machine, where they are not as wanted
- private_file: Write files and make directories so that nobody may do more with them at any moment than in the end
- key_file: Files that hold a shared binary key: what is there, and putting a key in place so that a crash leaves
  the old one
- block_device: What a block device holds, read from the device itself, never from a cache, and without changing
  anything
"""
