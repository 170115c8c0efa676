#!/usr/bin/env bash
# Turn a lab's node, which is a Debian, into one of EL's shape: its facts, dnf with repositories below /srv/packages, /etc/sysconfig, a running firewalld.
# Debian's own tools for packages are out of the way afterwards. The kernel stays that of the machine, without SELinux.
set -euo pipefail
umask 022

release='AlmaLinux release 9.5 (stub: Debian in the shape of EL)'
echo "$release" > /etc/redhat-release
echo "$release" > /etc/almalinux-release
cat > /usr/lib/os-release << 'END'
NAME="AlmaLinux"
VERSION="9.5 (stub)"
ID="almalinux"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.5"
PRETTY_NAME="AlmaLinux 9.5 (stub)"
END
rm -f /etc/debian_version
mkdir -p /etc/sysconfig /etc/yum.repos.d

# The repository ID, whose file is that of AlmaLinux, or its own; ENABLED as it is after an installation.
repository() {
  printf '[%s]\nname=%s\nbaseurl=file:///srv/packages/%s\nenabled=%s\ngpgcheck=0\n' "$1" "$1" "$1" "$3" > "/etc/yum.repos.d/$2.repo"
}
repository baseos almalinux-baseos 1
repository appstream almalinux-appstream 1
repository highavailability almalinux-highavailability 0
repository epel epel 1
repository updates updates 0

# EL has this plugin in a package of its own.
printf '[main]\nenabled=0\n' > /etc/dnf/plugins/local.conf

# On the real one these are always there.
dnf --quiet --assumeyes install almalinux-release bash glibc

mkdir -p /usr/lib/debian-tools
mv /usr/bin/apt* /usr/bin/dpkg* /usr/lib/debian-tools

systemctl --quiet enable firewalld.service
