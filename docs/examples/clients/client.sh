#!/usr/bin/env bash
# Calls Dirty Host with bash, socat and the usual tools: bash client.sh SOCKET
set -euo pipefail
# Lengths are in bytes, and so must ${#…} be.
LC_ALL=C

coproc socat - "UNIX-CONNECT:${1:?usage: client.sh SOCKET}"
trap 'kill "$COPROC_PID" 2>/dev/null || true' EXIT

# Writes a frame: the length in four bytes, the first of them the greatest, then the JSON.
send() {
    local length
    printf -v length '%08x' "${#1}"
    printf "\\x${length:0:2}\\x${length:2:2}\\x${length:4:2}\\x${length:6:2}%s" "${1//%/%%}" >&"${COPROC[1]}"
}

# Reads a frame's JSON into $reply. Bash's strings hold no zero bytes, so od reads the length.
receive() {
    local bytes
    read -r -a bytes < <(od -An -v -tu1 -N4 <&"${COPROC[0]}")
    [ "${#bytes[@]}" -eq 4 ] || { echo "the host has closed the connection" >&2; exit 1; }
    reply=$(head -c $((bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3])) <&"${COPROC[0]}")
}

# Calls an action: call APP ACTION ARGS, with ARGS as JSON. Prints result or chunks; fails with the error in $reply.
call() {
    send "{\"type\":\"request\",\"id\":1,\"app_path\":\"$1\",\"action\":\"$2\",\"args\":$3}"
    while receive; do
        # The host's own members come first, and values are passed on as they were written.
        case $reply in
            '{"type":"chunk",'*) reply=${reply#*'"data":'} && echo "stream: ${reply%\}}" ;;
            '{"type":"response",'*) reply=${reply#*'"result":'} && echo "call: ${reply%\}}" && return ;;
            '{"type":"end",'*) return ;;
            *) return 1 ;;
        esac
    done
}

call echo echo '["hello"]'
call echo count_to '[3]'
if ! call echo shout '["hello"]'; then
    [[ $reply =~ \"error_type\":(\"[A-Za-z]+\") ]] && type=${BASH_REMATCH[1]}
    [[ $reply =~ \"executed\":(\"[a-z]+\") ]] && executed=${BASH_REMATCH[1]}
    echo "error: $type $executed"
fi
