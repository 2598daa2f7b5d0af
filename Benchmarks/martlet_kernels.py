"""Martlet's kernels as a shared library, built from their sources with the flags of Package.swift."""

import ctypes
import os
import pathlib
import shutil
import subprocess
import sys

from comparison import ROOT

SOURCES = ROOT / "Sources" / "MartletKernels"
LIBRARY = ROOT / ".build" / "benchmarks" / "libmartlet_kernels.so"
LAYOUTS = {"NT": 0, "NN": 1, "TN": 2}


def flags():
    """-O3 and its companions, read from Package.swift; what is visible there is visible here too."""
    for line in (ROOT / "Package.swift").read_text(encoding="utf-8").splitlines():
        if line.startswith("let kernelFlags = ["):
            return [flag.strip(' "') for flag in line[line.index("[") + 1 : line.index("]")].split(",")]
    sys.exit("error: Package.swift has no kernelFlags")


def build():
    # Swift brings its own clang, so that both build the same code.
    compiler = os.environ.get("CC") or shutil.which("clang") or "cc"
    files = [*SOURCES.glob("*.c"), *SOURCES.glob("variants/*.c")]
    newest = max(path.stat().st_mtime for path in SOURCES.rglob("*") if path.is_file())
    if LIBRARY.exists() and LIBRARY.stat().st_mtime > newest:
        return
    LIBRARY.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-std=gnu11", *flags(), "-Wno-psabi", "-I", SOURCES / "include", *files]
        + ["-o", LIBRARY, "-lm", "-lpthread"],
        check=True,
    )


def load(threads):
    build()
    library = ctypes.CDLL(str(LIBRARY))
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    for name in ("mk_matrix_product", "mk_matrix_product_bfloat16"):
        getattr(library, name).argtypes = [ctypes.c_int] * 2 + [size] * 3 + [pointer, size] * 2 + [pointer] * 2 + [size]
        getattr(library, name).restype = None
    library.mk_override_threads(threads)
    library.mk_isa_name.restype = ctypes.c_char_p
    return library
