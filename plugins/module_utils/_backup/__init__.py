# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of a cluster's configuration.

- archive: The archive in which a cluster's backup is kept: a tar file with a manifest
- cib: Extract the configuration of a CIB for a backup, and put it back into the CIB of a running cluster
"""
