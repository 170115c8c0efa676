# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host: packages, units, files, keys and disks.

- machine: Inspect a machine: packages, systemd units, files
- machine_change: Change directories, files and systemd units of a machine that are not as wanted
- private_file: Write files and make directories whose permissions are never wider than the final ones
- key_file: Files with a shared binary key: inspect one, and replace it so that a crash leaves the old one
- block_device: Inspect a block device: read the device itself, never a cache, and change nothing
"""
