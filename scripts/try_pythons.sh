#!/usr/bin/env bash
# Builds the wheel and tries it on every Python found (3.11 and later), each in a fresh environment outside the checkout.
# Usage: scripts/try_pythons.sh [PYTHON...]     (default: python3.11 to python3.14, those that start,
# and those of the same versions that pyenv keeps)
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
away="$(mktemp -d)"
trap 'rm -rf "$away"' EXIT

if [ $# -eq 0 ]; then
    for minor in 11 12 13 14; do
        found="python3.$minor"
        if ! "$found" --version > /dev/null 2>&1 && command -v pyenv > /dev/null; then
            kept=("$(pyenv root)/versions/3.$minor".*/bin/python3)
            found="${kept[-1]}"
        fi
        "$found" --version > /dev/null 2>&1 && set -- "$@" "$found"
    done
fi
make --no-print-directory -C "$root" wheel > "$away/build.log" 2>&1 || { cat "$away/build.log"; exit 2; }
wheels=("$root"/dist/*.whl)
fixtures=("$root"/fixtures/*.yaml)
cp "${fixtures[0]}" "$away/transaction.yaml"
cd "$away"

tried=0 failed=0
for python in "$@"; do
    version="$("$python" -c 'import platform; print(platform.python_implementation(), platform.python_version())' 2> /dev/null)" || {
        echo "$python: does not start"
        failed=$((failed + 1))
        continue
    }
    tried=$((tried + 1))
    echo "== $version"
    # Not as the condition of an `if`: there, a failing line would not end the subshell.
    set +e
    (
        set -e
        "$python" -m venv "venv$tried"
        pip=("venv$tried/bin/python" -m pip -qq --disable-pip-version-check install --no-deps)
        "${pip[@]}" --require-hashes --no-build-isolation -r "$root/requirements/build.lock"
        "${pip[@]}" --require-hashes --no-build-isolation -r "$root/requirements/run.lock"
        "${pip[@]}" --no-index "${wheels[0]}"
        "venv$tried/bin/python" -m pip --disable-pip-version-check check
        "venv$tried/bin/exportcheck" --version
        "venv$tried/bin/exportcheck" check --exit-zero transaction.yaml
    ) < /dev/null 2>&1
    status=$?
    set -e
    [ $status -eq 0 ] || {
        echo "FAILED on $version"
        failed=$((failed + 1))
    }
done
echo "$tried tried, $failed failed"
[ "$tried" -gt 0 ] && [ "$failed" -eq 0 ]
