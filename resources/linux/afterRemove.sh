#!/bin/sh
# Behind removing a deb or rpm package: what afterInstall.sh linked.
for file in /usr/bin/pinwheel /usr/share/bash-completion/completions/pinwheel \
  /usr/share/zsh/vendor-completions/_pinwheel /usr/share/fish/vendor_completions.d/pinwheel.fish \
  /usr/share/man/man1/pinwheel.1; do
  if [ -L "$file" ]; then rm -f "$file"; fi
done
update-desktop-database /usr/share/applications 2>/dev/null || true
