#!/bin/sh
# Make a release in dist/release: `make release VERSION=1.2.3`; DRY=1 leaves out what is slow (tests,
# the frozen program and its package) and does not ask for a committed tree or the version's notes.
# RELEASE_SIGN is a command that signs the file named after it, as "gpg --armor --detach-sign".
set -eu
cd "$(dirname "$0")/.."
version=${1:?"usage: release.sh VERSION"}
out=dist/release

stated=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml | head -n 1)
[ "$stated" = "$version" ] || {
	echo "release: pyproject.toml states $stated, expected $version; change it there." >&2
	exit 1
}
heading=$version
if [ "${DRY:-}" = 1 ]; then
	grep -q "^## \[$version\]" CHANGELOG.md || heading=Unreleased
elif [ -n "$(git status --porcelain)" ]; then
	echo "release: something is not committed; commit it first." >&2
	exit 1
fi
rm -rf "$out" && mkdir -p "$out"
awk -v start="## [$heading]" '
	index($0, start) == 1 { inside = 1; next }
	inside && /^## / { exit }
	inside { print }' CHANGELOG.md > "$out/NOTES.md"
grep -q '[^[:space:]]' "$out/NOTES.md" || {
	echo "release: CHANGELOG.md has nothing under [$heading]; write it." >&2
	exit 1
}

if [ "${DRY:-}" = 1 ]; then
	make dist-test
else
	make lint test dist-test frozen deb
	cp dist/triage-app_"$version"*.deb "$out"
fi
cp dist/triage_app-"$version"-*.whl dist/triage_app-"$version".tar.gz "$out"
if grep -q '^sbom:' Makefile; then
	make sbom
	find build dist -maxdepth 1 -name '*sbom*' -type f -exec cp {} "$out" \;
fi
(cd "$out" && find . -maxdepth 1 -type f ! -name SHA256SUMS | sed 's|^\./||' | LC_ALL=C sort |
	xargs -d '\n' sha256sum > SHA256SUMS && sha256sum --check --quiet SHA256SUMS)
if [ -n "${RELEASE_SIGN:-}" ]; then
	$RELEASE_SIGN "$out/SHA256SUMS"
else
	echo "release: not signed; RELEASE_SIGN names no command." >&2
fi
ls -l "$out"
