#!/bin/sh
# Tries many damaged SentencePiece, tiktoken and GGUF files: none may crash, hang or take unbounded memory.
#
# Usage: Scripts/fuzz_tokenizer_files.sh [TIMES]   so many times as many as a usual run of the tests, 1000 when left out
set -eu
cd "$(dirname "$0")/.."
MARTLET_MUTATIONS="${1:-1000}" swift test -c release -Xswiftc -enable-testing --filter HostileFileTests.mutations
