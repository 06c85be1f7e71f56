#!/bin/sh
# base-backup.sh DATABASE_URL FOLDER [KEEP]
# A copy of the whole server to which the archived log is added; once a day from cron or a systemd timer. The oldest beyond KEEP (7) go.
set -eu
url=$1 folder=$2 keep=${3:-7}
name=$folder/base-$(date -u +%Y%m%dT%H%M%SZ)
umask 077
mkdir -p "$folder"
pg_basebackup --dbname="$url" --pgdata="$name.part" --wal-method=stream --checkpoint=fast --no-password
mv "$name.part" "$name"
ls -1d "$folder"/base-*Z | sort | head -n "-$keep" | while read -r old; do rm -rf "$old"; done
echo "$name"
