#!/bin/sh
# Makes the server's key where the home has none yet, and becomes the server.
set -eu
key="$HOME/.ssh-server/ssh_host_ed25519_key"
if [ ! -s "$key" ]; then
  mkdir -p -m 700 "${key%/*}"
  # Under another name first: a start that is interrupted leaves no half of a key.
  new="$key.$$"
  ssh-keygen -q -t ed25519 -N '' -C "" -f "$new"
  mv "$new.pub" "$key.pub"
  mv "$new" "$key"
fi
chmod 600 "$key"
exec /usr/sbin/sshd -D -e -h "$key" "$@"
