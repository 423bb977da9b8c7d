#!/bin/sh
# Installs what the tests use and is missing: Redis to compare with, a browser for the console, npm for ioredis. Debian
# and root only; elsewhere it says what is missing and leaves it at that.
set -eu

missing=
for pair in redis-server:redis-server redis-sentinel:redis-sentinel redis-cli:redis-tools \
    chromium:chromium chromedriver:chromium-driver node:nodejs npm:npm; do
  command -v "${pair%%:*}" > /dev/null || missing="$missing ${pair##*:}"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
  echo "Missing test tools:$missing. Install them, or run as root on Debian." >&2
  exit 1
fi

# The packages would start services on ports that the tests want.
policy=/usr/sbin/policy-rc.d
made_policy=
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' > $policy
  chmod +x $policy
  made_policy=yes
fi
trap '[ -z "$made_policy" ] || rm -f $policy' EXIT

export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of words
apt-get install -y -q --no-install-recommends $missing \
  || { apt-get update -q && apt-get install -y -q --no-install-recommends $missing; }

for service in redis-server redis-sentinel; do
  if command -v service > /dev/null && service $service status > /dev/null 2>&1; then
    service $service stop || true
  fi
done
