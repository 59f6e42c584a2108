"""The picture of the house: which file may import which, read from the source."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("rooms", "staff", "bookings", "checklists", "feedback")
LAYERS = {
    "models": 0,
    "signals": 1,
    "permissions": 1,
    "selectors": 1,
    "tasks": 2,
    "services": 3,
    "forms": 4,
    "proposal_forms": 4,
    "standard_forms": 4,
    "skill_forms": 4,
    "training_forms": 4,
    "exam_forms": 4,
    "practical_forms": 4,
    "growth_forms": 4,
    "photo_forms": 4,
    "tablet_forms": 4,
    "duty_forms": 4,
    "exchange_forms": 4,
    "import_forms": 4,
    "token_form": 4,
    "receivers": 4,
    "api": 4,
    "views": 5,
    "templatetags": 5,
    "urls": 5,
    "assignment_urls": 5,
    "day_urls": 5,
    "duty_urls": 5,
    "exchange_urls": 5,
    "operation_urls": 5,
    "training_urls": 5,
    "standard_urls": 5,
    "admin": 5,
    "management": 5,
}
# A file of another name may use services and is open to all.
OTHER_AS_READER, OTHER_AS_TARGET = 3, 0
# tasks.py: services import tasks, so a task imports its service late. apps.py: Django's ready() is the place for it.
LATE_IMPORT_FILES = ("tasks.py", "apps.py")
SLOW_LIBRARIES = {"weasyprint", "apprise", "pywebpush", "py_vapid"}
PURE = (
    "checklists/planner",
    "checklists/rounds.py",
    "checklists/breaks.py",
    "checklists/rostering/",
    "bookings/recurrence.py",
)
PURE += ("bookings/alternatives.py", "bookings/ical/", "rooms/workcal.py", "staff/working_time.py")
LONGEST_FILE = 400

SOURCES = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top_imports(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        yield from imported(node)


def layer_of(path: Path) -> int:
    part = path.relative_to(ROOT).parts[1]
    return LAYERS.get(part.removesuffix(".py"), OTHER_AS_READER)


def too_high(name: str, layer: int) -> bool:
    app, _, rest = name.partition(".")
    return app in APPS and LAYERS.get(rest.partition(".")[0], OTHER_AS_TARGET) > layer


def faults(find, paths=SOURCES):
    return {name_of(path): found for path in paths if (found := sorted(find(path)))}


def read(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def late_imports(path: Path) -> set[str]:
    functions = [node for node in ast.walk(read(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    names = {name for function in functions for node in ast.walk(function) for name in imported(node)}
    return set() if path.name in LATE_IMPORT_FILES else {name for name in names if top_of(name) not in SLOW_LIBRARIES}


def top_of(name: str) -> str:
    return name.partition(".")[0]


def test_imports_stay_in_their_layer_or_below():
    def find(path):
        return [name for name in top_imports(read(path)) if too_high(name, layer_of(path))]

    assert faults(find) == {}


def test_imports_stand_at_the_top_of_a_file():
    assert faults(late_imports) == {}


def test_pure_modules_know_no_django():
    def find(path):
        return {name for name in top_imports(read(path)) if top_of(name) in {"django", "celery", "config"}}

    pure = [path for path in SOURCES if name_of(path).startswith(PURE)]

    assert pure
    assert faults(find, pure) == {}


def test_files_are_short_enough_to_read():
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_layer_check_finds_a_model_that_imports_a_service():
    assert too_high("bookings.services.requests", LAYERS["models"])
    assert not too_high("bookings.models.Booking", LAYERS["services"])


GETTEXT = {"_", "gettext", "pgettext", "ngettext", "npgettext", "gettext_lazy", "pgettext_lazy"}


def hidden_from_xgettext(path: Path) -> Iterator[int]:
    """It does not look into f-strings, so that a string there is in no catalogue and nobody misses it."""
    for text in (node for node in ast.walk(read(path)) if isinstance(node, ast.JoinedStr)):
        for call in (node for node in ast.walk(text) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id in GETTEXT:
                yield call.lineno


def test_no_string_to_translate_stands_inside_an_f_string():
    assert faults(hidden_from_xgettext) == {}
