#!/bin/sh
# Install, use, upgrade, remove and purge a package in a clean Debian: test.sh PACKAGE.deb NEWER.deb
#
# Needs root, debootstrap and a Debian mirror (MIRROR); SUITE is bookworm unless it is given. The
# bare system is kept beside NEWER.deb, for the next time. Services do not run in it: the receiver
# is started as its unit does.
set -eu

package=$(realpath "$1")
newer=$(realpath "$2")
suite=${SUITE:-bookworm}
mirror=${MIRROR:-http://deb.debian.org/debian}
bare=$(dirname "$newer")/$suite.tar
root=$(mktemp -d /var/tmp/triage-deb-test.XXXXXX)
port=${PORT:-11942}
most_seconds=600

finish() {
    [ -z "${started:-}" ] || kill "$(cat "$root/var/lib/triage-app/pid")" || true
    umount "$root/proc" 2>/dev/null || true
    rm -rf --one-file-system "$root"
}
trap finish EXIT

say() { printf '\n== %s\n' "$*"; }
inside() {
    chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}
apt() {
    inside apt-get -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends "$@" > "$root/tmp/apt.log" 2>&1 \
        || { cat "$root/tmp/apt.log" >&2; exit 1; }
}
as_reader() { inside runuser -u reader -- env HOME=/home/reader "$@"; }
as_service() {
    inside runuser -u triage-app -- env HOME=/var/lib/triage-app \
        TRIAGE_APP_SETTINGS=/etc/triage-app/settings.toml "$@"
}
expect() {
    # shellcheck disable=SC2294 - a condition in words of the shell
    eval "$1" || { echo "NOT SO: $1" >&2; exit 1; }
    echo "so it is: $1"
}
list_files() {
    (cd "$root" && find etc opt srv usr var -xdev \
        \( -path var/lib/dpkg -o -path var/lib/apt -o -path var/cache -o -path var/log \) -prune \
        -o -print | grep -v -e '^etc/.*-$' -e '^var/tmp/' | sort)
}

say "a bare $suite"
if [ ! -e "$bare" ]; then
    debootstrap --variant=minbase "$suite" "$root" "$mirror" > "$bare.log" \
        || { tail "$bare.log" >&2; exit 1; }
    tar -C "$root" --one-file-system -cf "$bare.part" .
    mv "$bare.part" "$bare"
else
    tar -C "$root" -xf "$bare"
fi
mount -t proc proc "$root/proc"
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp "$package" "$root/tmp/package.deb"
cp "$newer" "$root/tmp/newer.deb"
apt update
inside useradd --create-home reader

say "install"
apt install /tmp/package.deb
inside triage-app --version
inside dpkg-query -W -f '${Status} ${Version}, ${Installed-Size} KiB, needs ${Depends}\n' triage-app
expect '! inside python3 --version 2>/dev/null'
expect '[ "$(inside stat -c %U:%G:%a /var/lib/triage-app)" = triage-app:triage-app:750 ]'
expect '[ "$(inside stat -c %U:%G:%a /etc/triage-app)" = root:triage-app:750 ]'
expect '! as_reader ls /var/lib/triage-app 2>/dev/null'

say "self-test, as a user"
as_reader triage-app self-test

say "the worklist of a user"
as_reader triage-app demo /home/reader/studies > /dev/null 2>&1
as_reader triage-app /home/reader/studies --screenshot /home/reader/window.png
expect '[ -s "$root/home/reader/.local/share/triage-app/worklist.sqlite" ]'

say "the receiver, as the user of the service and with the settings of the service"
printf '# set by the administrator\n' >> "$root/etc/triage-app/settings.toml"
printf '[[peers]]\nname = "here"\nae_title = "TRIAGE"\nhost = "127.0.0.1"\nport = %s\n' "$port" \
    > "$root/home/reader/peers.toml"
as_service sh -c "echo \$\$ > /var/lib/triage-app/pid; exec triage-app receive --port $port --workers 1" &
started=$!
as_reader env TRIAGE_APP_SETTINGS=/home/reader/peers.toml timeout "$most_seconds" \
    triage-app send /home/reader/studies --to here --keep-trying --database /home/reader/queue.sqlite \
    || expect '[ $? = 3 ]'
kill "$(cat "$root/var/lib/triage-app/pid")"
wait "$started"
started=
as_service triage-app receive --once --workers 1
received() { find "$root/var/lib/triage-app/received" -type f | wc -l; }
expect '[ "$(received)" -gt 5 ]'
expect '[ -s "$root/var/lib/triage-app/worklist.sqlite" ]'
before=$(cd "$root/var/lib/triage-app" && find . -type f -name '*.dcm' -exec md5sum {} + | sort)

say "upgrade"
apt install -o Dpkg::Options::=--force-confold /tmp/newer.deb
inside triage-app --version
expect '[ "$(inside dpkg-query -W -f \${Version} triage-app)" = "$(dpkg-deb -f "$newer" Version)" ]'
expect '[ "$(cd "$root/var/lib/triage-app" && find . -type f -name "*.dcm" -exec md5sum {} + | sort)" = "$before" ]'
expect 'grep -q "set by the administrator" "$root/etc/triage-app/settings.toml"'
as_service triage-app check
as_reader triage-app --screenshot /home/reader/after.png

say "remove"
apt remove triage-app
expect '[ ! -e "$root/usr/lib/triage-app" ] && [ ! -L "$root/usr/bin/triage-app" ]'
expect '[ "$(received)" -gt 5 ]'
expect 'grep -q "set by the administrator" "$root/etc/triage-app/settings.toml"'

say "purge"
apt purge triage-app
expect '[ ! -e "$root/var/lib/triage-app" ] && [ ! -e "$root/etc/triage-app" ]'
expect '! inside getent passwd triage-app'
expect '[ -s "$root/home/reader/.local/share/triage-app/worklist.sqlite" ]'
left=$(list_files | grep triage-app || true)
expect '[ -z "$left" ]'
say "all of it is so"
