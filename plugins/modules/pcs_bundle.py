#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare containers that the cluster runs."""

from __future__ import annotations

DOCUMENTATION = r"""
module: pcs_bundle
short_description: Declare a bundle of containers
version_added: 1.0.0
description:
  - Creates, changes or removes one bundle. A bundle runs containers, with or without a resource in each of them.
  - To create a bundle with a resource, use M(quorate.ha_cluster.pcs_cib), which creates both in one step.
extends_documentation_fragment:
  - quorate.ha_cluster._cib
  - quorate.ha_cluster._cib_objects.bundles
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Run two containers with a web server
  quorate.ha_cluster.pcs_bundle:
    id: pages
    type: podman
    container:
      image: registry.example.com/pages:1
      replicas: 2
    network:
      ip-range-start: 192.0.2.20
      host-netmask: 24
    ports:
      - {id: pages-http, options: {port: 80}}
    storage:
      - {id: pages-data, options: {source-dir: /srv/pages, target-dir: /var/www, options: ro}}

- name: Run a newer image
  quorate.ha_cluster.pcs_bundle:
    id: pages
    container:
      image: registry.example.com/pages:2

- name: Run them no more
  quorate.ha_cluster.pcs_bundle:
    id: pages
    state: absent
"""

RETURN = r"""
commands:
  description:
    - The pcs commands that were, or in check mode would be, run on a copy of the configuration. Secrets are masked.
  returned: always
  type: list
  elements: list
  sample:
    - [pcs, resource, bundle, create, pages, container, podman, "image=registry.example.com/pages:1", replicas=2,
       network, ip-range-start=192.0.2.20, host-netmask=24, port-map, id=pages-http, port=80, storage-map,
       id=pages-data, source-dir=/srv/pages, target-dir=/var/www, options=ro]
transition:
  description:
    - The cluster's actions because of the change, as C(crm_simulate) predicts them from the live state.
  returned: always
  type: list
  elements: dict
  sample:
    - {action: start, resource: pages-ip-192.0.2.20, node: node1}
    - {action: start, resource: pages-podman-0, node: node1}
    - {action: start, resource: pages-ip-192.0.2.21, node: node2}
    - {action: start, resource: pages-podman-1, node: node2}
notes:
  description:
    - Further information, such as that the change was predicted without pcs, or that an operator put a node into
      standby, which stays in standby.
  returned: always
  type: list
  elements: str
  sample: []
diff:
  description: The objects that differ, before and after, as YAML in the form of M(quorate.ha_cluster.pcs_cib).
  returned: always
  type: dict
  sample:
    before: ""
    after: |
      bundles:
        - id: pages
          type: podman
          container:
            image: registry.example.com/pages:1
            replicas: 2
          network:
            ip-range-start: "192.0.2.20"
            host-netmask: 24
          ports:
            - id: pages-http
              options:
                port: 80
          storage:
            - id: pages-data
              options:
                source-dir: /srv/pages
                target-dir: /var/www
                options: ro
"""

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.module import one_of


def main() -> None:
    one_of("bundles")


if __name__ == "__main__":
    main()
