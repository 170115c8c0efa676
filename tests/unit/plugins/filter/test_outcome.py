# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.quorate.ha_cluster.plugins.filter.internal_outcome import internal_outcome

CLUSTERS = {"web1": "web", "web2": "web", "db1": "db", "db2": "db", "mq1": "mq"}


def test_the_outcome_is_told_for_each_cluster_of_the_run() -> None:
    hostvars = {node: {"ha_cluster_name": cluster} for node, cluster in CLUSTERS.items()}
    told = internal_outcome(CLUSTERS, hostvars, ["web1", "web2", "db1", "db2"], ["web1", "web2", "db1"])
    assert told == ["web: all nodes are done.", "db: db2 failed or could not be reached."]
