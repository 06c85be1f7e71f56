#!/bin/sh
# PostgreSQL's archive_command: archive-wal.sh %p %f FOLDER
# Keeps a finished piece of the write-ahead log, whole and flushed, best on another machine's disk. Never overwrites one that differs:
# then two servers write into one folder, and PostgreSQL is to say so in its log and try again.
set -eu
from=$1 name=$2 folder=$3
if [ -e "$folder/$name" ]; then
  cmp -s "$from" "$folder/$name" && exit 0
  echo "archive-wal: $folder/$name is there already and differs" >&2
  exit 1
fi
cp "$from" "$folder/.$name.part"
sync "$folder/.$name.part"
mv "$folder/.$name.part" "$folder/$name"
sync "$folder"
