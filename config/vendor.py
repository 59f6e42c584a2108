"""Copies the third-party style sheets and scripts that the pages use from node_modules to static/vendor.

Standard library only: the set-up runs it.
"""

import re
import shutil
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
TARGET = BASE_DIR / "static" / "vendor"
SPRITE = "bootstrap-icons.svg"
FILES = {
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    SPRITE: "bootstrap-icons/bootstrap-icons.svg",
    "idb.js": "idb/build/index.js",
    "signature_pad.js": "signature_pad/dist/signature_pad.min.js",
}
# Where icons are named. All two thousand would be a megabyte that every page has to parse.
NAMING = ("templates/**/*.html", "*/*.py", "*/*/*.py", "static/js/*.js")
QUOTED = re.compile(r"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""")
SYMBOL = re.compile(r'<symbol\b[^>]*\bid="([^"]+)".*?</symbol>', re.DOTALL)
# The maps are not copied, and hashed static files refuse a reference to a file that is not there.
MAP_COMMENT = re.compile(r"(/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)\s*$")


def copy_all() -> None:
    shutil.rmtree(TARGET, ignore_errors=True)
    for name, source in FILES.items():
        copy(BASE_DIR / "node_modules" / source, TARGET / name)


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix in (".css", ".js"):
        target.write_text(MAP_COMMENT.sub("", source.read_text(encoding="utf-8")), encoding="utf-8")
    elif target.name == SPRITE:
        target.write_text(only_named(source.read_text(encoding="utf-8"), quoted_words()), encoding="utf-8")
    else:
        shutil.copyfile(source, target)


def quoted_words() -> set[str]:
    """Every quoted word where icons may be named: far more than icons, and none missing."""
    files = [file for pattern in NAMING for file in BASE_DIR.glob(pattern)]
    return {word for file in files for word in QUOTED.findall(file.read_text(encoding="utf-8"))}


def only_named(sprite: str, names: set[str]) -> str:
    kept = [found.group() for found in SYMBOL.finditer(sprite) if found.group(1) in names]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(kept)}</svg>\n'
