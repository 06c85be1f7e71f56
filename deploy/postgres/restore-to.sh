#!/bin/sh
# restore-to.sh BASE LOG DATA ["2026-11-23 09:30:00+08"]
# Makes the data folder DATA (new or empty) from the copy BASE and the archived log in LOG, up to a moment, or to the last there is.
# Then start PostgreSQL on DATA: it reads the log up to that moment and opens for work. The old data folder is not touched.
set -eu
base=$1 log=$2 data=$3 moment=${4:-}
case $log in /*) ;; *) log=$(cd "$log" && pwd) ;; esac
if [ -n "$(ls -A "$data" 2>/dev/null)" ]; then
  echo "restore-to: $data is not empty" >&2
  exit 1
fi
mkdir -p "$data"
cp -a "$base/." "$data/"
chmod 700 "$data"
chown --reference="$base" "$data"
rm -f "$data/postmaster.pid"
{
  echo "restore_command = 'cp \"$log/%f\" \"%p\"'"
  [ -z "$moment" ] || echo "recovery_target_time = '$moment'"
  echo "recovery_target_action = 'promote'"
} >> "$data/postgresql.auto.conf"
touch "$data/recovery.signal"
chown --reference="$base" "$data/postgresql.auto.conf" "$data/recovery.signal"
echo "restore-to: $data is ready; start PostgreSQL on it"
