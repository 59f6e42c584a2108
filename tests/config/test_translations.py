import polib
import pytest

from config import translations

SOURCE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
TITLE = _("Room")
LATE = ngettext("%(count)s step late", "%(count)s steps late", 2)
OPEN = pgettext("of a step", "Open")
"""
TEMPLATE = """{% load i18n %}<h1>{% translate "Inbox" %}</h1>
{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}"""
TEXTS = {
    (None, "Room"): "会议室",
    (None, "Inbox"): "收件箱",
    (None, "Hello %(name)s"): "%(name)s，您好",
    ("of a step", "Open"): "待办",
}


@pytest.fixture
def project(tmp_path):
    """A project in which nothing is missing."""
    (tmp_path / "rooms").mkdir()
    (tmp_path / "rooms" / "texts.py").write_text(SOURCE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "inbox.html").write_text(TEMPLATE)
    for language in translations.LANGUAGES:
        write_catalogue(tmp_path, language, TEXTS)
    return tmp_path


def write_catalogue(root, language, texts, flags=()):
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    for (context, text), translation in texts.items():
        catalogue.append(polib.POEntry(msgid=text, msgctxt=context, msgstr=translation, flags=list(flags)))
    late = {"msgid": "%(count)s step late", "msgid_plural": "%(count)s steps late"}
    catalogue.append(polib.POEntry(**late, msgstr_plural={0: "%(count)s 步迟了"}))
    folder = root / "locale" / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(folder / "django.po"))


def test_faults_complete_catalogues_are_none(project):
    assert translations.faults(project) == []


def test_faults_text_only_in_source_is_missing(project):
    write_catalogue(project, "zh_Hans", {key: text for key, text in TEXTS.items() if key != (None, "Inbox")})

    assert translations.faults(project) == ["locale/zh_Hans/LC_MESSAGES/django.po: missing: 'Inbox'"]


def test_faults_other_context_is_missing(project):
    texts = TEXTS | {("of a door", "Open"): "打开"}
    write_catalogue(project, "zh_Hant", {key: text for key, text in texts.items() if key != ("of a step", "Open")})

    assert translations.faults(project) == ["locale/zh_Hant/LC_MESSAGES/django.po: missing: 'Open'"]


def test_faults_no_catalogue_lists_every_text(project):
    (project / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.po").unlink()

    assert len(translations.faults(project)) == 5


def test_faults_empty_translation_is_named(project):
    write_catalogue(project, "zh_Hans", TEXTS | {(None, "Room"): ""})

    assert translations.faults(project) == ["locale/zh_Hans/LC_MESSAGES/django.po: not translated: 'Room'"]


def test_faults_lost_placeholder_is_named(project):
    write_catalogue(project, "zh_Hans", TEXTS | {(None, "Hello %(name)s"): "您好"})

    assert translations.faults(project) == [
        "locale/zh_Hans/LC_MESSAGES/django.po: other placeholders: 'Hello %(name)s'"
    ]


def test_faults_fuzzy_translations_are_named(project):
    write_catalogue(project, "zh_Hans", TEXTS, flags=["fuzzy"])

    found = translations.faults(project)

    assert [fault.split(": ")[1] for fault in found] == ["fuzzy"] * 4


def test_faults_scripts_have_their_own_catalogue(project):
    (project / "static").mkdir()
    (project / "static" / "tablet.js").write_text('show(gettext("Saved here"));')

    assert translations.faults(project) == [
        "locale/zh_Hans/LC_MESSAGES/djangojs.po: missing: 'Saved here'",
        "locale/zh_Hant/LC_MESSAGES/djangojs.po: missing: 'Saved here'",
    ]
