#!/bin/sh
# Builds matrix_product.c together with the kernels and runs it; the arguments are its own. For example
#   Benchmarks/matrix_product.sh --threads 2 --blas /usr/lib/x86_64-linux-gnu/libopenblas.so.0
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
kernels="$root/Sources/MartletKernels"
program="$root/.build/matrix_product"

if [ ! -x "$program" ] ||
  [ -n "$(find "$kernels" "$root/Benchmarks/matrix_product.c" -type f -newer "$program")" ]; then
  mkdir -p "$root/.build"
  # The flags of Package.swift.
  "${CC:-cc}" -std=gnu11 -O3 -ffp-contract=off -fno-math-errno -Wno-psabi -I "$kernels/include" \
    "$root/Benchmarks/matrix_product.c" "$kernels"/*.c "$kernels"/variants/*.c \
    -o "$program" -lm -lpthread -ldl
fi
exec "$program" "$@"
