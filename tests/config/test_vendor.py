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


def test_only_named_keeps_the_icons_asked_for():
    sprite = '<svg><symbol id="cup" x="1"><path/></symbol><symbol viewBox="0" id="cup-hot"><g/></symbol></svg>'

    kept = vendor.only_named(sprite, {"cup-hot", "tea"})

    assert kept == '<svg xmlns="http://www.w3.org/2000/svg"><symbol viewBox="0" id="cup-hot"><g/></symbol></svg>\n'


def test_quoted_words_find_icons_in_templates_and_code(tmp_path, monkeypatch):
    monkeypatch.setattr(vendor, "BASE_DIR", tmp_path)
    for name, text in {
        "templates/a/b.html": '{% include "includes/icon.html" with name="cup-hot" %}',
        "staff/navigation.py": "Entry('people')",
        "checklists/selectors/guides.py": 'ICONS = {"water": "droplet-half"}',
        "static/js/a.js": 'use("#x", "wifi-off")',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)

    assert vendor.quoted_words() == {"cup-hot", "people", "water", "droplet-half", "wifi-off"}
