import os
import subprocess
import sys

import pytest

from config import setup


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone with locks and a finished environment in which commands are noted, not run."""
    monkeypatch.setattr(setup, "BASE_DIR", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    (tmp_path / ".venv").mkdir()
    (tmp_path / "requirements.txt").write_text("a==1 \\\n    --hash=sha256:00\n")
    (tmp_path / "requirements-dev.txt").write_text("a==1 \\\n    --hash=sha256:00\nb==2\n")
    return tmp_path


@pytest.fixture
def commands(monkeypatch):
    noted = []
    monkeypatch.setattr(setup, "run", lambda command, *rest: noted.append(command))
    monkeypatch.setattr(setup, "run_patiently", lambda command, *rest: noted.append(command))
    return noted


def test_ensure_packages_first_time_installs_by_hash(clone, commands, capsys):
    setup.ensure_packages("run")

    (command,) = commands
    assert "--require-hashes" in command
    assert command[-1] == str(clone / "requirements.txt")
    assert "Installing 1 Python packages by requirements.txt" in capsys.readouterr().out


def test_ensure_packages_same_lock_does_nothing(clone, commands):
    setup.ensure_packages("run")
    setup.ensure_packages("run")

    assert len(commands) == 1


def test_ensure_packages_changed_lock_installs_again(clone, commands):
    setup.ensure_packages("run")
    (clone / "requirements.txt").write_text("a==2\n")
    setup.ensure_packages("run")

    assert len(commands) == 2


def test_ensure_packages_for_tests_serve_the_product_too(clone, commands):
    setup.ensure_packages("test")
    setup.ensure_packages("run")

    assert [command[-1] for command in commands] == [str(clone / "requirements-dev.txt")]


def test_ensure_packages_failed_install_leaves_no_stamp(clone, monkeypatch):
    monkeypatch.setattr(setup, "PYTHON", "/bin/false")

    with pytest.raises(setup.SetupError, match="could not be installed"):
        setup.ensure_packages("run")

    assert setup.stamp("packages-run") == ""


def test_has_working_pip_environment_of_another_folder_is_no(clone):
    (clone / ".venv" / "bin").mkdir()
    (clone / ".venv" / "bin" / "python").symlink_to(sys.executable)

    assert not setup.has_working_pip()


def test_has_working_pip_no_environment_is_no(clone):
    assert not setup.has_working_pip()


def test_ensure_environment_without_venv_module_says_the_line(clone, monkeypatch):
    monkeypatch.setattr(setup.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(setup, "install_system", lambda packages: False)

    with pytest.raises(setup.SetupError, match=r"sudo apt-get install -y python3\.\d+-venv"):
        setup.ensure_environment()


def test_ensure_libraries_missing_and_not_installable_names_what_it_stops(monkeypatch, capsys):
    pango = setup.Library("libpango-1.0-0", "PDF documents", lambda: False)
    monkeypatch.setattr(setup, "LIBRARIES", (pango, setup.Library("fonts", "glyphs", lambda: True)))
    monkeypatch.setattr(setup, "install_system", lambda packages: False)
    monkeypatch.setattr(sys, "platform", "linux")

    setup.ensure_libraries("run")

    assert capsys.readouterr().out.splitlines() == [
        "set-up   | Missing: libpango-1.0-0, needed for PDF documents; all else works without it.",
        "set-up   | To install: sudo apt-get update && sudo apt-get install -y libpango-1.0-0",
    ]


def test_missing_libraries_browser_is_for_tests_only(monkeypatch):
    monkeypatch.setattr(setup, "LIBRARIES", (setup.Library("chromium", "tests", lambda: False, ("test",)),))

    assert setup.missing_libraries("run") == []
    assert [library.package for library in setup.missing_libraries("test")] == ["chromium"]


def test_install_system_without_privilege_tries_nothing(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(setup.shutil, "which", lambda name: None)

    assert setup.install_system(["chromium"]) is False


def test_wait_for_second_setup_waits_and_says_so(tmp_path):
    lock = tmp_path / "lock"
    lock.touch()
    code = "import sys; from config import setup; f = open(sys.argv[1]); setup.wait_for(f); print('mine')"
    with lock.open() as first:
        setup.wait_for(first)
        second = subprocess.Popen([sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE, text=True)
        waiting = second.stdout.readline()

    assert waiting == "set-up   | Another set-up is at work; waiting for it…\n"
    assert second.communicate()[0] == "mine\n"


def test_run_patiently_long_command_gives_signs_of_life(monkeypatch, capsys):
    monkeypatch.setattr(setup, "SIGN_OF_LIFE_SECONDS", 0.05)

    setup.run_patiently(["sleep", "0.2"], "never")

    assert capsys.readouterr().out.startswith("set-up   | …still at work after 0 s\n")


def test_run_patiently_failure_is_said(monkeypatch):
    with pytest.raises(setup.SetupError, match="no luck"):
        setup.run_patiently(["false"], "no luck")


def test_digest_other_content_differs(tmp_path):
    (tmp_path / "a").write_text("1")
    first = setup.digest([tmp_path / "a"])
    (tmp_path / "a").write_text("2")

    assert setup.digest([tmp_path / "a"]) != first
