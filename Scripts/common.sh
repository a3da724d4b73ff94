# Shared by the scripts beside it; source it, don't run it.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"

# say TEXT…: tells what is being done.
say() {
    printf '\n== %s\n' "$*"
}

# as_root COMMAND…: runs it as root, by sudo where we are not.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# need_packages PACKAGE…: installs those of Debian's packages that are missing.
need_packages() {
    local missing=()
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    if [ "${#missing[@]}" -eq 0 ]; then
        echo "Debian packages are there: $*"
        return
    fi
    say "Installing Debian packages: ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# need_programs PROGRAM:PACKAGE…: installs the Debian package of each program that is not on the PATH.
need_programs() {
    local packages=()
    for pair in "$@"; do
        command -v "${pair%%:*}" >/dev/null || packages+=("${pair#*:}")
    done
    if [ "${#packages[@]}" -gt 0 ]; then need_packages "${packages[@]}"; fi
}

# need_swift: ends with a hint where there is no Swift.
need_swift() {
    if ! command -v swift >/dev/null; then
        echo "No 'swift' on the PATH. Install Swift 6.3 or later: https://www.swift.org/install/linux/" >&2
        exit 1
    fi
    swift --version 2>/dev/null | head -n 1
}
