#!/bin/sh
# Checks that the kernels give the same bits on every instruction set: here with each set this machine has,
# and for AArch64 with NEON, cross-compiled and run under qemu.
#
# Needs a C compiler; for NEON also aarch64-linux-gnu-gcc and qemu-aarch64 (Debian: gcc-aarch64-linux-gnu and
# qemu-user). Says "skipped" for what is missing, and fails only when digests differ.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

kernels="$root/Sources/MartletKernels"
sources="$root/Tests/Neon/digest.c $kernels/dispatch.c $kernels/placement.c $kernels/scratch.c $kernels/threads.c"
for variant in "$kernels"/variants/*.c; do sources="$sources $variant"; done

# build COMPILER OUTPUT: compiles the files at once, each in a process of its own, then links.
build() {
  compiler=$1
  output=$2
  objects=
  jobs=
  for source in $sources; do
    object="$output.$(basename "$source" .c).o"
    objects="$objects $object"
    "$compiler" -std=gnu11 -O3 -ffp-contract=off -fno-math-errno -Wno-psabi -I "$kernels/include" \
      -c "$source" -o "$object" &
    jobs="$jobs $!"
  done
  for job in $jobs; do wait "$job"; done
  # shellcheck disable=SC2086
  "$compiler" -static $objects -o "$output" -lm -lpthread 2>/dev/null ||
    "$compiler" $objects -o "$output" -lm -lpthread
}

compiler=${CC:-}
for candidate in clang cc gcc; do
  if [ -z "$compiler" ] && command -v "$candidate" >/dev/null; then compiler=$candidate; fi
done
if [ -z "$compiler" ]; then
  echo "skipped: no C compiler found"
  exit 0
fi

build "$compiler" "$work/digest"
MARTLET_ISA=portable "$work/digest" >"$work/portable.txt"
echo "portable: $(wc -l <"$work/portable.txt" | tr -d ' ') kernels"

failed=0
# compare NAME: holds NAME's digests against those of the portable kernels.
compare() {
  if diff "$work/portable.txt" "$work/$1.txt" >"$work/difference.txt"; then
    echo "$1: the same bits"
  else
    echo "$1: other bits than portable:"
    cat "$work/difference.txt"
    failed=1
  fi
}

for set in avx2 avx512 avx512bf16 neon; do
  if MARTLET_ISA=$set "$work/digest" >"$work/$set.txt" 2>"$work/error.txt"; then
    compare "$set"
  elif grep -q MARTLET_ISA "$work/error.txt"; then
    echo "$set: skipped, this machine has no such instructions"
  else
    cat "$work/error.txt"
    failed=1
  fi
done

if command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64 >/dev/null; then
  build aarch64-linux-gnu-gcc "$work/digest-aarch64"
  for set in portable neon; do
    if MARTLET_ISA=$set qemu-aarch64 "$work/digest-aarch64" >"$work/aarch64-$set.txt"; then
      compare "aarch64-$set"
    else
      failed=1
    fi
  done
else
  echo "aarch64: skipped, aarch64-linux-gnu-gcc or qemu-aarch64 is not installed"
fi
exit $failed
