# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of a cluster's configuration.

- archive: The archive in which a cluster's backup is kept: a tar file with a manifest
- cib: The configuration in a CIB as a backup keeps it, and a running cluster's CIB with such a configuration
"""
