#!/bin/sh
# Outlives the process that holds the other end of its standard input, by a moment: ends what that process left behind.
# Lines: "watch SIGNAL PID", "forget PID", "folder PATH" (removed at the end).
trap '' INT TERM HUP
watched=
folder=

# A zombie, which waits for its parent to notice, does not run.
runs() {
  kill -0 "$1" 2>/dev/null || return 1
  [ -r "/proc/$1/stat" ] || return 0
  case $(cat "/proc/$1/stat" 2>/dev/null) in *') Z '*) return 1 ;; *) return 0 ;; esac
}

# With all that it has started, where it leads a group of its own.
signal() {
  kill -s "$1" -- "-$2" 2>/dev/null || kill -s "$1" "$2" 2>/dev/null
}

while read -r verb first second; do
  case $verb in
    watch) watched="$watched $second:$first" ;;
    forget)
      kept=
      for entry in $watched; do [ "${entry%%:*}" = "$first" ] || kept="$kept $entry"; done
      watched=$kept
      ;;
    folder) folder=$first${second:+ $second} ;;
  esac
done
for entry in $watched; do signal "${entry##*:}" "${entry%%:*}"; done
for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
  running=
  for entry in $watched; do runs "${entry%%:*}" && running="$running $entry"; done
  watched=$running
  [ -z "$watched" ] && break
  sleep 1
done
for entry in $watched; do signal KILL "${entry%%:*}"; done
[ -n "$folder" ] && rm -rf "$folder"
exit 0
