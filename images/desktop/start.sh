#!/bin/bash
# Starts the X server, the window manager and a terminal, and becomes the web server; ends when either server does.
# CUSTOM_PORT (3000), CUSTOM_USER (abc), PASSWORD (must be given), SUBFOLDER (/), SIZE of the screen (1280x800).
set -euo pipefail

: "${PASSWORD:?is not given, and a desktop without sign-in is open to everybody}"
port=${CUSTOM_PORT:-3000}
user=${CUSTOM_USER:-abc}
folder=${SUBFOLDER:-/}
size=${SIZE:-1280x800}
[[ $folder == /* && $folder == */ && $folder != *..* && $folder =~ ^[A-Za-z0-9/._~-]+$ ]] \
  || { echo "SUBFOLDER must be a plain path with a slash at both ends, not '$folder'" >&2; exit 64; }

export DISPLAY=:1
run=$(mktemp -d)
# A home that was a volume's before belongs to its user, but a new one has nothing in it.
cd "$HOME"

# Only by a socket that nobody else can open: who comes in is asked by the web server.
Xvnc "$DISPLAY" -rfbport -1 -rfbunixpath "$run/vnc" -rfbunixmode 0600 -SecurityTypes None -AlwaysShared \
  -geometry "$size" -depth 24 -nolisten tcp -desktop desktop &
server=$!
until [[ -S $run/vnc && -S /tmp/.X11-unix/X1 ]]; do
  kill -0 "$server" || exit 1
  sleep 0.1
done
openbox &
xterm -fa Monospace -fs 12 -geometry 80x24+40+40 -title Terminal &

# The pages of noVNC below the folder, and the way there from above.
pages=$run/pages
mkdir -p "$pages$folder"
ln -s /usr/share/novnc/* "$pages$folder"
rm -f "$pages${folder}index.html"
query="autoconnect=1&reconnect=1&resize=scale&path=${folder#/}websockify"
printf '<!doctype html><meta charset="utf-8"><title>Desktop</title><meta http-equiv="refresh" content="0; url=%s">\n' \
  "vnc.html?$query" > "$pages${folder}index.html"

websockify --web "$pages" --web-auth --auth-plugin BasicHTTPAuth --auth-source "$user:$PASSWORD" \
  --unix-target "$run/vnc" "0.0.0.0:$port" &
web=$!
unset PASSWORD
trap 'kill "$web" "$server" 2>/dev/null || true' TERM INT
wait -n "$server" "$web" || true
kill "$web" "$server" 2>/dev/null || true
wait
