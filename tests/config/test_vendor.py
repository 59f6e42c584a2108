import pytest

from config import vendor


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("a.css", "a{}\n/*# sourceMappingURL=a.css.map */", "a{}\n"),
        ("a.js", "run();\n//# sourceMappingURL=a.js.map\n", "run();\n"),
        ("a.js", "run();\n", "run();\n"),
    ],
)
def test_copy_reference_to_a_map_is_left_out(tmp_path, name, text, wanted):
    (tmp_path / name).write_text(text)

    vendor.copy(tmp_path / name, tmp_path / "vendor" / name)

    assert (tmp_path / "vendor" / name).read_text() == wanted


def test_copy_all_old_files_go(tmp_path, monkeypatch):
    monkeypatch.setattr(vendor, "BASE_DIR", tmp_path)
    monkeypatch.setattr(vendor, "TARGET", tmp_path / "vendor")
    monkeypatch.setattr(vendor, "FILES", {"fonts/a.woff2": "icons/a.woff2"})
    (tmp_path / "node_modules" / "icons").mkdir(parents=True)
    (tmp_path / "node_modules" / "icons" / "a.woff2").write_bytes(b"\xff\x00")
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "old.js").touch()

    vendor.copy_all()

    files = {path.relative_to(tmp_path / "vendor").as_posix() for path in (tmp_path / "vendor").rglob("*.*")}
    assert files == {"fonts/a.woff2"}
    assert (tmp_path / "vendor" / "fonts" / "a.woff2").read_bytes() == b"\xff\x00"
