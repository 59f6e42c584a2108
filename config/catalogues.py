"""Compiles the translation catalogues that are newer than their compiled form; needs polib and nothing else."""

import sys
from pathlib import Path

import polib

BASE_DIR = Path(__file__).resolve().parent.parent


def compile_all(root: Path) -> list[Path]:
    sources = [path for path in sorted(root.glob("**/locale/*/LC_MESSAGES/*.po")) if ".venv" not in path.parts]
    return [compiled for path in sources if (compiled := compile_one(path))]


def compile_one(source: Path) -> Path | None:
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return None
    fresh = target.with_suffix(".mo.new")
    polib.pofile(str(source)).save_as_mofile(str(fresh))
    # A reader sees the old catalogue or the new one, never a half.
    return fresh.replace(target)


if __name__ == "__main__":
    for path in compile_all(BASE_DIR):
        sys.stdout.write(f"set-up   | Compiled {path.relative_to(BASE_DIR)}\n")
