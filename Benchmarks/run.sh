#!/usr/bin/env bash
# Takes every figure of RESULTS.md again: Martlet and its peers in turns, on this machine.
#
#   Benchmarks/run.sh [VENV]       VENV: a virtual environment with the peers; made, or completed, if it lacks them
#   MARTLET_SCRIPTS="products training" Benchmarks/run.sh    only some of the scripts; what others left stays
#   MARTLET_PAGE=avx2 Benchmarks/run.sh    into RESULTS-avx2.md: another kind of machine than the goals were set on
#
# It takes about twenty minutes on two cores, without the peers' installation, and wants the machine for itself. Needs
# Swift, Python 3, and a C++ compiler (for torch.compile, and for llama.cpp, which is built for this processor); perf
# for the profile. The tokenizers' line needs ../shared/data, or the folder named by MARTLET_SHARED.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
venv=${1:-$root/.venv}
shared=${MARTLET_SHARED:-$root/../shared/data}
scripts=${MARTLET_SCRIPTS:-machine products training inference tokenizers profile_training}
results=$root/Benchmarks/results
logs=$root/.build/benchmarks
python=$venv/bin/python

[[ -x $python ]] || python3 -m venv "$venv"
# From a folder without Python files of ours: one there has the name of a peer.
if ! (cd / && "$python" -c 'import torch, transformers, tokenizers, tiktoken, gigatoken, numpy, gguf'); then
  "$venv/bin/pip" install torch transformers tokenizers tiktoken gigatoken numpy gguf
fi
if ! (cd / && "$python" -c 'import llama_cpp'); then
  CMAKE_ARGS=-DGGML_NATIVE=ON "$venv/bin/pip" install --no-binary llama-cpp-python llama-cpp-python
fi
swift build -c release
mkdir -p "$results" "$logs"

# Runs a script, shows what it prints, and keeps its last line. One that fails does not keep the others from running.
failed=()
measure() {
  local name=$1
  shift
  echo "== $name, $(date +%H:%M:%S)"
  if "$@" | tee "$logs/$name.log" | cut -c 1-200; then
    tail -n 1 "$logs/$name.log" >"$results/$name.json"
  else
    failed+=("$name")
  fi
}

for name in $scripts; do
  case $name in
    machine) measure machine .build/release/martlet bench machine --json ;;
    tokenizers)
      if [[ -d $shared ]]; then
        measure tokenizers "$python" Benchmarks/tokenization.py \
          "$shared/tokenizers/gpt2" "$shared/text/tinyshakespeare.txt"
      else
        echo "tokenizers is skipped: there is no $shared"
      fi
      ;;
    *)
      if [[ -f Benchmarks/$name.py ]]; then
        measure "$name" "$python" "Benchmarks/$name.py"
      else
        echo "$name is skipped: there is no Benchmarks/$name.py"
      fi
      ;;
  esac
done

"$python" Benchmarks/results.py --page "${MARTLET_PAGE:-}"
if [[ ${#failed[@]} -gt 0 ]]; then
  echo "error: these did not end well: ${failed[*]}" >&2
  exit 1
fi
