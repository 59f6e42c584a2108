"""Copies the third-party style sheets and scripts that the pages use from node_modules to static/vendor.

Standard library only: the set-up runs it.
"""

import re
import shutil
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
TARGET = BASE_DIR / "static" / "vendor"
FILES = {
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "bootstrap-icons.svg": "bootstrap-icons/bootstrap-icons.svg",
    "idb.js": "idb/build/index.js",
}
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
    else:
        shutil.copyfile(source, target)
