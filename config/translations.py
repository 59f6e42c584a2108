"""Compares the marked texts with the catalogues: `python -m config.translations` lists what is missing."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

BASE_DIR = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh_Hans", "zh_Hant")
SOURCES = ("rooms", "staff", "bookings", "checklists", "feedback", "config", "templates", "static")
KEYWORDS = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "npgettext:1c,2,3",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

Key = tuple[str | None, str]


def faults(root: Path) -> list[str]:
    found = []
    for domain in ("django", "djangojs"):
        keys = marked_texts(root, domain)
        for language in LANGUAGES if keys else ():
            path = root / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
            found += [f"{path.relative_to(root)}: {fault}" for fault in catalogue_faults(path, keys)]
    return found


def catalogue_faults(path: Path, keys: Iterable[Key]) -> Iterator[str]:
    entries = {}
    if path.exists():
        entries = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}
    for key in sorted(keys, key=lambda key: (key[1], key[0] or "")):
        entry = entries.get(key)
        problem = "missing" if entry is None else entry_fault(entry)
        if problem:
            yield f"{problem}: {key[1]!r}"


def entry_fault(entry: polib.POEntry) -> str | None:
    if entry.fuzzy:
        return "fuzzy"
    translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(translations):
        return "not translated"
    source = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    if any(set(PLACEHOLDER.findall(text)) != source for text in translations):
        return "other placeholders"
    return None


def marked_texts(root: Path, domain: str) -> set[Key]:
    with tempfile.TemporaryDirectory() as folder:
        files = list(script_files(root) if domain == "djangojs" else python_files(root, Path(folder)))
        if not files:
            return set()
        catalogue = polib.pofile(extract(files, "JavaScript" if domain == "djangojs" else "Python"))
    return {(entry.msgctxt, entry.msgid) for entry in catalogue}


def extract(files: list[Path], language: str) -> str:
    if shutil.which("xgettext") is None:
        sys.exit("xgettext is missing: sudo apt-get install -y gettext")
    command = ["xgettext", "--output=-", f"--language={language}", "--from-code=UTF-8", "--no-wrap"]
    command += [f"--keyword={keyword}" for keyword in KEYWORDS]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, encoding="utf-8", check=True)
    # polib takes anything that is not a file's name for a catalogue's text, except nothing at all; and without its own
    # header xgettext drops every letter that is not ASCII.
    return done.stdout or 'msgid ""\nmsgstr ""\n'


def python_files(root: Path, scratch: Path) -> Iterator[Path]:
    """Python as it is; templates as the Python-like text that Django makes of them."""
    for number, path in enumerate(source_files(root, (".py", ".html", ".txt", ".svg", ".xml"))):
        if path.suffix == ".py":
            yield path
        else:
            target = scratch / f"{number}.py"
            target.write_text(templatize(path.read_text(encoding="utf-8"), origin=str(path)), encoding="utf-8")
            yield target


def script_files(root: Path) -> Iterator[Path]:
    for path in source_files(root, (".js",)):
        if re.search(r"\b(n|p|np)?gettext\(", path.read_text(encoding="utf-8")):
            yield path


def source_files(root: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    for name in SOURCES:
        for path in sorted((root / name).rglob("*")):
            parts = path.relative_to(root).parts
            if path.suffix in suffixes and "vendor" not in parts and "migrations" not in parts:
                yield path


if __name__ == "__main__":
    listed = faults(BASE_DIR)
    sys.stdout.writelines(f"{fault}\n" for fault in listed)
    sys.exit(1 if listed else 0)
