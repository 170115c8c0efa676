#!/bin/sh
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the image in which it runs a machine with systemd and SSH, and nothing of a cluster: what role lab gives its nodes, and what tests on the
# hypervisor want. Containerfile runs it. The distribution is known by its package manager.
set -eu

# What every installation of the RHEL family and Fedora has, and images of containers leave out.
usual="dbus findutils hostname iproute kmod nmap-ncat openssh-server procps-ng python3 systemd systemd-udev util-linux"

install_packages() {
  dnf --assumeyes --setopt=install_weak_deps=False install "$@"
}

if command -v apt-get > /dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update --quiet
  apt-get install --yes --no-install-recommends curl dbus iproute2 netcat-openbsd openssh-server python3 python3-apt systemd-sysv udev
  # Images of containers have one that keeps all services from starting. No machine has.
  rm -f /usr/sbin/policy-rc.d
elif command -v dnf > /dev/null; then
  # The bindings for the modules dnf and dnf5. Without them, check mode could not run.
  if command -v dnf5 > /dev/null; then bindings=python3-libdnf5; else bindings=python3-dnf; fi
  # shellcheck disable=SC2086 # one package a word
  install_packages $usual "$bindings"
  # Most images have curl-minimal, with which the package curl is in conflict.
  command -v curl > /dev/null || install_packages curl-minimal || install_packages --allowerasing curl
  # The name under which ssh_config calls it.
  command -v nc > /dev/null || ln -s ncat /usr/bin/nc
  # EPEL has lighttpd. Role lighttpd leaves this repository to the administrator.
  grep -q '^ID="*fedora"*$' /etc/os-release || install_packages epel-release
  systemctl enable sshd.service
else
  echo >&2 "This image has neither apt-get nor dnf. PODMAN_BASE must name one of Debian, Ubuntu, the RHEL family or Fedora."
  exit 1
fi

# Each machine gets its own: the keys by a volume, the id from its environment.
rm -f /etc/ssh/ssh_host_* /var/lib/dbus/machine-id
truncate -s 0 /etc/machine-id
install -d -m 0700 /root/.ssh
