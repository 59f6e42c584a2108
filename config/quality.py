"""What `make test`, `check`, `bench` and `lock` run: each step under its name, all of them, then what failed."""

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
APPS = ("rooms", "staff", "bookings", "checklists", "feedback")
TYPED = (
    "services",
    "selectors",
    "permissions",
    "planner",
    "rounds",
    "rostering",
    "recurrence",
    "alternatives",
    "workcal",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
TESTING = {"DJANGO_SETTINGS_MODULE": "config.settings_test"}
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DEBUG": "off",
    "SECRET_KEY": "check-only-" + "0123456789abcdef" * 4,
    "DATABASE_URL": "postgresql://huiwu:secret@localhost/huiwu",
    "REDIS_URL": "redis://localhost:6379/0",
    "ALLOWED_HOSTS": "huiwu.example",
}
# A machine's own folders, and the address that a lock file records when a mirror is used.
FOREIGN = r"(^|[^\w.])/(work|opt|root|home/\w+|Users/\w+)/|https?://[\w.-]*(pypi|npmjs|npmmirror|pythonhosted)[\w.-]*/"

Step = tuple[str, list[str], dict[str, str]]


def check_steps() -> Iterator[Step]:
    yield "ruff", tool("ruff", "check", "."), {}
    yield "format", tool("ruff", "format", "--check", "."), {}
    yield "types", tool("mypy", *typed_files()), {}
    yield "imports", tool("lint-imports"), {}
    yield "templates", tool("djlint", "templates", "--lint", "--quiet"), {}
    yield "migrations", manage("makemigrations", "--check", "--dry-run"), {}
    yield "translations", python("-m", "config.translations"), {}
    yield "deployment", manage("check", "--deploy", "--fail-level", "WARNING"), PRODUCTION
    yield "machine paths", python("-m", "config.quality", "paths"), {}
    yield "locks", python("-m", "config.quality", "locks"), {}


def test_steps(arguments: list[str]) -> Iterator[Step]:
    workers = str(min(os.cpu_count() or 1, 4))
    yield "tests", tool("pytest", "-n", workers, "--dist", "loadfile", *arguments), {}
    if (BASE_DIR / "tests" / "e2e").is_dir():
        # The browser driver runs an event loop, in which Django refuses the database unless told.
        # The first test waits for the product's first start.
        command = tool("pytest", "tests/e2e", "--timeout", "600", *arguments)
        yield "browser tests", command, {"DJANGO_ALLOW_ASYNC_UNSAFE": "1"}


def bench_steps(arguments: list[str]) -> Iterator[Step]:
    yield "benchmarks", tool("pytest", "tests/bench", "-s", "--timeout", "900", *arguments), {}


def lock_steps() -> Iterator[Step]:
    # Mirrors and local wheels of this machine must not leave a trace.
    plain = {"PIP_FIND_LINKS": "", "UV_FIND_LINKS": ""}
    options = [
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-header",
        "-q",
    ]
    compiled = tool("uv", "pip", "compile", *options, "pyproject.toml", "-o", "requirements.txt")
    yield "requirements.txt", compiled, plain
    extra = ["--extra", "dev", "-c", "requirements.txt", "-o", "requirements-dev.txt"]
    yield "requirements-dev.txt", tool("uv", "pip", "compile", *options, "pyproject.toml", *extra), plain
    yield "package-lock.json", tool("npm", "install", "--package-lock-only", "--ignore-scripts"), {}


def tool(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def manage(*arguments: str) -> list[str]:
    return python("manage.py", *arguments)


def typed_files() -> list[str]:
    files = (path for app in APPS for path in (BASE_DIR / app).rglob("*.py") if "migrations" not in path.parts)
    typed = [path for path in files if {path.stem, path.parent.name} & set(TYPED)]
    return [str(path.relative_to(BASE_DIR)) for path in [*typed, *(BASE_DIR / "config").glob("*.py")]]


def run_all(steps: Iterator[Step]) -> int:
    failed = [name for name, command, extra in steps if not passes(name, command, extra)]
    print(f"FAILED: {', '.join(failed)}" if failed else "All passed.", flush=True)
    return 1 if failed else 0


def passes(name: str, command: list[str], extra: dict[str, str]) -> bool:
    print(f"--- {name}", flush=True)
    begun = time.monotonic()
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = os.environ | TESTING | {"PATH": path} | extra
    code = subprocess.run(command, cwd=BASE_DIR, env=environment, check=False).returncode
    print(f"--- {name}: {'ok' if code == 0 else f'failed ({code})'} in {time.monotonic() - begun:.0f} s", flush=True)
    return code == 0


def foreign_paths() -> int:
    """Fail on a machine's own paths and registry addresses in what is committed."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=BASE_DIR, capture_output=True, text=True, check=True).stdout
    found = [fault for name in listed.split("\0") if name for fault in foreign_lines(BASE_DIR / name)]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


def foreign_lines(path: Path) -> Iterator[str]:
    if path == Path(__file__) or not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        if re.search(FOREIGN, line):
            yield f"{path.relative_to(BASE_DIR)}:{number}: {line.strip()[:120]}"


def unlocked() -> int:
    """Fail on a dependency that was declared and not locked."""
    project = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {"requirements.txt": project["dependencies"]}
    wanted["requirements-dev.txt"] = project["dependencies"] + project["optional-dependencies"]["dev"]
    missing = [f"{name} lacks {lacking}; run make lock" for name in wanted for lacking in lacks(name, wanted[name])]
    print(*missing, sep="\n", end="\n" if missing else "")
    return 1 if missing else 0


def lacks(lock: str, requirements: list[str]) -> list[str]:
    locked = re.findall(r"^([\w.-]+)", (BASE_DIR / lock).read_text(encoding="utf-8"), re.MULTILINE)
    names = [re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower() for requirement in requirements]
    return [name for name in names if name not in locked]


def require_browser() -> None:
    if not any(shutil.which(name) for name in BROWSERS):
        sys.exit("The browser tests need Chromium: sudo apt-get install -y chromium")


def main(what: str, arguments: list[str]) -> int:
    if what == "paths":
        return foreign_paths()
    if what == "locks":
        return unlocked()
    if what == "test":
        require_browser()
        return run_all(test_steps(arguments))
    steps = {"check": check_steps, "lock": lock_steps, "bench": lambda: bench_steps(arguments)}[what]
    return run_all(steps())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
