#!/usr/bin/env bash
# What systemd does for a socket-activated service that ends, COUNT times: holds the socket, which is
# descriptor 3, and starts the server again with it. Prints the server's process id each time.
set -euo pipefail
count=$1
shift
for ((i = 0; i < count; i++)); do
  (
    echo "pid $BASHPID"
    LISTEN_PID=$BASHPID LISTEN_FDS=1 exec "$@"
  )
done
