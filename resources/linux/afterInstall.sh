#!/bin/sh
# Behind installing a deb or rpm package: the command line, its completion and its manual page.
set -e
resources='/opt/${sanitizedProductName}/resources'
ln -sf "$resources/bin/pinwheel" /usr/bin/pinwheel
link() { mkdir -p "$(dirname "$2")" && ln -sf "$1" "$2"; }
link "$resources/shell/pinwheel.bash" /usr/share/bash-completion/completions/pinwheel
link "$resources/shell/_pinwheel" /usr/share/zsh/vendor-completions/_pinwheel
link "$resources/shell/pinwheel.fish" /usr/share/fish/vendor_completions.d/pinwheel.fish
link "$resources/shell/pinwheel.1" /usr/share/man/man1/pinwheel.1
# Electron's sandbox where the kernel lets no user make namespaces.
chmod 4755 '/opt/${sanitizedProductName}/chrome-sandbox' || true
update-desktop-database /usr/share/applications 2>/dev/null || true
update-mime-database /usr/share/mime 2>/dev/null || true
