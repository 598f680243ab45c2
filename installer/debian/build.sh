#!/bin/sh
# Make the Debian package of a frozen program: build.sh FROZEN_FOLDER OUTPUT_FOLDER [VERSION]
#
# The version is the program's own, unless another is given to try an upgrade. What the package
# depends on is read from its libraries. PYTHON runs the two generators.
set -eu

frozen=$(realpath "$1")
mkdir -p "$2"
output=$(realpath "$2")
here=$(dirname "$(realpath "$0")")
python=${PYTHON:-python3}
package=triage-app
version=${3:-$("$frozen/$package" --version | cut -d' ' -f2)}
architecture=$(dpkg --print-architecture)
maintainer="${DEBFULLNAME:-The triage-app authors} <${DEBEMAIL:-triage-app@packages.invalid}>"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
docs=$root/usr/share/doc/$package
mkdir -p "$root/DEBIAN" "$root/usr/bin" "$root/usr/lib" "$docs" "$root/usr/share/man/man1"

cp -a "$frozen" "$root/usr/lib/$package"
ln -s "../lib/$package/$package" "$root/usr/bin/$package"
mv "$root/usr/lib/$package/_internal/licences" "$docs/licences"

"$python" "$here/../icons.py" "$work/icons"
mkdir -p "$root/usr/share/icons"
cp -r "$work/icons/hicolor" "$root/usr/share/icons/"
install -D -m 644 "$here/$package.desktop" "$root/usr/share/applications/$package.desktop"

"$python" "$here/../man_pages.py" "$root/usr/share/man/man1"
gzip -9n "$root/usr/share/man/man1"/*.1

install -D -m 644 "$here/$package-receive.service" \
    "$root/usr/lib/systemd/system/$package-receive.service"
install -D -m 644 "$here/settings.toml" "$root/etc/$package/settings.toml"
echo "/etc/$package/settings.toml" > "$root/DEBIAN/conffiles"
mkdir -p "$root/var/lib/$package"

install -m 644 "$here/copyright" "$docs/copyright"
{
    printf '%s (%s) unstable; urgency=medium\n\n' "$package" "$version"
    printf '  * Release %s. CHANGELOG.md of the sources says what is new.\n\n' "$version"
    printf ' -- %s  %s\n' "$maintainer" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9n > "$docs/changelog.gz"
install -D -m 644 "$here/lintian-overrides" "$root/usr/share/lintian/overrides/$package"
for script in postinst prerm postrm; do
    install -m 755 "$here/$script" "$root/DEBIAN/$script"
done

# Libraries are no programs, and nothing belongs to who builds.
find "$root" -type d -exec chmod 755 {} +
find "$root/usr/lib" "$docs" -type f -exec chmod 644 {} +
chmod 755 "$root/usr/lib/$package/$package"

# What its libraries ask of the system: the packages of those that are not in the folder, and the
# libc whose newest symbol they use.
find "$root/usr/lib/$package" -type f \( -name '*.so*' -o -name "$package" \) > "$work/binaries"
find "$root/usr/lib/$package" -name '*.so*' -printf '%f\n' | sort -u > "$work/brought"
xargs -d '\n' objdump -p < "$work/binaries" 2> /dev/null | sed -n 's/^ *NEEDED *//p' | sort -u \
    | comm -23 - "$work/brought" > "$work/needed"
libc=$(xargs -d '\n' grep -aohE 'GLIBC_2\.[0-9]+' < "$work/binaries" | sort -uV | tail -n 1)
depends="libc6 (>= ${libc#GLIBC_})"
while read -r library; do
    place=$(ldconfig -p | awk -v name="$library" '$1 == name { print $NF; exit }')
    [ -n "$place" ] || { echo "$library: is needed, and is not on this machine" >&2; exit 1; }
    owner=$(dpkg-query --search "$place" "$(realpath "$place")" "${place#/usr}" 2> /dev/null \
        | head -n 1 | cut -d: -f1)
    [ -n "$owner" ] || { echo "$library: no package owns $place" >&2; exit 1; }
    case "$owner" in libc6 | libcups2) ;; *) echo "$owner" ;; esac
done < "$work/needed" | sort -u > "$work/owners"
depends="$depends$(sed 's/^/, /' "$work/owners" | tr -d '\n')"

cat > "$root/DEBIAN/control" <<EOF
Package: $package
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -k -s --apparent-size --exclude=DEBIAN "$root" | cut -f1)
Depends: adduser, $depends, fontconfig-config, fonts-dejavu-core | fonts-noto-core
Recommends: libcups2, shared-mime-info, desktop-file-utils
Suggests: dcmtk, postgresql
Section: science
Priority: optional
Description: chest X-ray triage workstation for DICOM studies
 Reads DICOM studies from folders, archives and the network, scores chest
 X-rays by a neural network, and puts those with likely pneumonia first in a
 worklist, with a heatmap. Results go out as DICOM SR, secondary captures,
 presentation states, HL7 and FHIR.
 .
 The package holds the window, the commands and a service that receives
 studies without a window.
 .
 For research use. It is not a medical device.
EOF
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -print | sed 's|^\./||' | sort \
    | xargs -d '\n' md5sum) > "$root/DEBIAN/md5sums"
find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

dpkg-deb --root-owner-group -Zxz -z"${LEVEL:-6}" --build "$root" \
    "$output/${package}_${version}_$architecture.deb"
