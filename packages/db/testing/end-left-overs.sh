#!/bin/sh
# Ends what a process left running. end-with-this-process.ts starts it and writes to its standard input: "process <pid>",
# "cluster <folder>" (a PostgreSQL whose lock file is in that folder), "folder <path>", each also with "not-" before it. When
# the process is gone, however it ended, the input ends, and this script ends and removes everything that is still registered.
trap '' HUP INT TERM
registered=

while read -r kind value; do
  case $kind in
    not-*) registered=$(printf '%s\n' "$registered" | grep -vxF "${kind#not-} $value") ;;
    *) registered="$registered
$kind $value" ;;
  esac
done

# Prints the values of one kind.
each() { printf '%s\n' "$registered" | sed -n "s/^$1 //p"; }

# A stopped process takes no other signal, so it is continued. It gets 10 seconds to end by itself.
for pid in $(each process); do kill -TERM "$pid" && kill -CONT "$pid"; done 2>/dev/null
attempt=0
while [ "$attempt" -lt 100 ]; do
  alive=
  for pid in $(each process); do kill -0 "$pid" && alive=1; done 2>/dev/null
  if [ -z "$alive" ]; then break; fi
  sleep 0.1
  attempt=$((attempt + 1))
done
for pid in $(each process); do kill -KILL "$pid"; done 2>/dev/null

# SIGQUIT is the immediate shutdown of PostgreSQL: its backends end, too.
each cluster | while read -r folder; do
  pid=$(sed -n 1p "$folder/postmaster.pid" 2>/dev/null) || continue
  if [ -z "$pid" ]; then continue; fi
  kill -QUIT "$pid" && kill -CONT "$pid"
  attempt=0
  while kill -0 "$pid" && [ "$attempt" -lt 50 ]; do
    sleep 0.1
    attempt=$((attempt + 1))
  done
  kill -KILL "$pid"
done 2>/dev/null

each folder | while read -r folder; do rm -rf "$folder"; done
