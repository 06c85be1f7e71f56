#!/bin/sh
# base-backup.sh DATABASE_URL FOLDER [KEEP] [LOG]
# A copy of the whole server to which the archived log is added; once a day from cron or a systemd timer. The oldest beyond KEEP (7)
# go; with LOG, the folder that archive-wal.sh writes to, the log that only they needed goes with them.
set -eu
url=$1 folder=$2 keep=${3:-7} log=${4:-}
name=$folder/base-$(date -u +%Y%m%dT%H%M%SZ)
umask 077
mkdir -p "$folder"
pg_basebackup --dbname="$url" --pgdata="$name.part" --wal-method=stream --checkpoint=fast --no-password
mv "$name.part" "$name"
ls -1d "$folder"/base-*Z | sort | head -n "-$keep" | while read -r old; do rm -rf "$old"; done
if [ -n "$log" ]; then
  oldest=$(ls -1d "$folder"/base-*Z | sort | head -n 1)
  # The first piece of the log that the oldest copy needs: their names grow with time, over restores too.
  first=$(sed -n 's/^START WAL LOCATION: .* (file \([0-9A-F]\{24\}\))$/\1/p' "$oldest/backup_label")
  [ -n "$first" ] || { echo "base-backup: $oldest/backup_label does not say where it begins" >&2; exit 1; }
  for piece in "$log"/*; do
    of=$(basename "$piece")
    case $of in *[!0-9A-F]*) continue ;; esac
    if [ ${#of} -eq 24 ] && [ "$(LC_ALL=C expr "x$of" \< "x$first")" = 1 ]; then rm -f "$piece"; fi
  done
fi
echo "$name"
