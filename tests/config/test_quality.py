import pytest

from config import quality


@pytest.mark.parametrize(
    ("line", "is_foreign"),
    [
        # In two pieces, or this file would be found itself.
        ('DATA = "/home' + '/li/huiwu"', True),
        ("--find-links /opt" + "/wheels", True),
        ('"resolved": "https://registry.' + 'npmjs.org/idb/-/idb-8.0.4.tgz"', True),
        ("/etc/ssl/certs", False),
        ("path('/rooms/work/')", False),
        ("see https://docs.djangoproject.com/", False),
    ],
)
def test_foreign_lines_machine_paths_and_registries_are_found(tmp_path, monkeypatch, line, is_foreign):
    monkeypatch.setattr(quality, "BASE_DIR", tmp_path)
    (tmp_path / "file").write_text(f"first\n{line}\n")

    found = list(quality.foreign_lines(tmp_path / "file"))

    assert found == ([f"file:2: {line}"] if is_foreign else [])


def test_run_all_goes_on_after_a_failure_and_names_it(capfd):
    steps = [("good", ["true"], {}), ("bad", ["false"], {}), ("last", ["echo", "still run"], {})]

    assert quality.run_all(iter(steps)) == 1

    lines = capfd.readouterr().out.splitlines()
    assert "still run" in lines
    assert lines[-1] == "FAILED: bad"


def test_require_browser_missing_is_named(monkeypatch):
    monkeypatch.setattr(quality.shutil, "which", lambda name: None)

    with pytest.raises(SystemExit, match="The browser tests need Chromium"):
        quality.require_browser()


def test_typed_files_services_and_planner_are_among_them():
    files = quality.typed_files()

    assert "bookings/permissions.py" in files
    assert "checklists/planner/__init__.py" in files
    assert not [name for name in files if "migrations" in name]


def test_lacks_declared_but_not_locked_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(quality, "BASE_DIR", tmp_path)
    (tmp_path / "lock").write_text("django==5.2.19 \\\n    --hash=sha256:00\nredis[hiredis]==8.1.0\n")

    assert quality.lacks("lock", ["Django~=5.2.19", "redis[hiredis]~=8.1", "idna>=3; os_name == 'posix'"]) == ["idna"]
