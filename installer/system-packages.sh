#!/bin/sh
# Install the Debian packages that the application (run), its tests (test) or the making of its
# Debian package (package) need.
# Does nothing where they are there; uses sudo where the user is not root.
set -eu

run="libegl1 libgl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0 libxkbcommon-x11-0
     libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xinerama0 libxcb-randr0
     libxcb-render-util0 libxcb-image0 fonts-dejavu-core fonts-ipafont-gothic"
test="dcmtk dicom3tools orthanc orthanc-dicomweb stunnel4 postgresql xvfb xauth git"
packaging="binutils dpkg-dev debootstrap lintian desktop-file-utils man-db"

case "${1:-run}" in
run) wanted=$run ;;
test) wanted="$run $test" ;;
package) wanted="$run $packaging" ;;
*) echo "usage: system-packages.sh run|test|package" >&2; exit 2 ;;
esac
python3 -c 'import ensurepip' 2>/dev/null || wanted="$wanted python3-venv"

if ! command -v apt-get >/dev/null; then
    echo "No apt-get here; install what matches these Debian packages by hand:" $wanted >&2
    exit 0
fi
missing=""
for package in $wanted; do
    state=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
    [ "$state" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    sudo=""
elif command -v sudo >/dev/null; then
    sudo="sudo"
else
    echo "As root, run: apt-get install$missing" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
# shellcheck disable=SC2086 - the names are meant to be separate words
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
# The tests start an Orthanc and a PostgreSQL of their own; those that their packages start would
# serve the network, or take memory, for nothing. One that was there before stays as it is.
if [ "${1:-run}" = test ] && command -v systemctl >/dev/null; then
    for service in orthanc postgresql; do
        case " $missing " in
        *" $service "*) $sudo systemctl disable --quiet --now "$service" 2>/dev/null || true ;;
        esac
    done
fi
