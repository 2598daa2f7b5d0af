#!/usr/bin/env bash
# Tries many damaged model files (safetensors, indices, config.json of every family, llama2.c): none may crash, hang or
# take memory without bound.
#
#   Scripts/fuzz_files.sh [COUNT [SEED]]      COUNT inputs of each kind, 100,000 unless given
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export MARTLET_FUZZ=${1:-100000} MARTLET_FUZZ_SEED=${2:-1}
# In kilobytes; a single table of a damaged file would need more.
ulimit -v $((16 << 20))
swift test --filter MartletModelTests.FuzzTests
