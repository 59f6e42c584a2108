"""Pages that edit a draft, take in a file, publish and plan meetings anew."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from checklists.models import Replanning, ServicePlan, ServiceStandard
from checklists.selectors.standards import rules_of
from checklists.services.drafts import publish_draft, remove_item, start_draft
from checklists.services.replanning import replan_meetings, request_replanning
from checklists.standards import shipped_standard, standard_toml, standard_yaml
from tests.checklists.drafts import SECOND, codes, plain_item, published, sent_of, shared
from tests.checklists.meetings import HOUR, approved
from tests.checklists.pages import HTMX, signed_in

DRAFT = ServiceStandard.State.DRAFT


@pytest.fixture(autouse=True)
def frozen(time_machine, now):
    time_machine.move_to(now + 10 * SECOND, tick=False)


@pytest.fixture
def draft(site, manager, now):
    return start_draft(site=site, actor=manager, now=now)


@pytest.fixture
def client(manager):
    return signed_in(manager)


@pytest.fixture
def elsewhere(draft, administrator, now):
    """Another pair of hands in the same draft."""

    def edit():
        remove_item(draft_id=draft.pk, code="P6", seen=draft.edited_at, actor=administrator, now=now + SECOND)

    return edit


def address(name, draft, *args) -> str:
    return reverse(f"checklists:{name}", args=[draft.pk, *args])


def seen(draft) -> dict:
    return {"seen": draft.edited_at.isoformat()}


def text_of(response) -> str:
    return response.content.decode()


def test_draft_is_begun_and_its_items_opened(client, site):
    response = client.post("/standards/draft/", {"owner": "HQ"})

    begun = ServiceStandard.objects.get(state=DRAFT)
    assert (response.url, begun.site) == (address("standard_items", begun), site)
    assert "Edit the items" in text_of(client.get(response.url))


@pytest.mark.parametrize(("owner", "status"), [("", 403), ("NO", 404)])
def test_draft_of_somebody_else_is_not_begun(client, owner, status):
    assert client.post("/standards/draft/", {"owner": owner}).status_code == status
    assert not ServiceStandard.objects.filter(state=DRAFT).exists()


def test_item_is_changed_by_its_page(client, draft):
    path = address("standard_item", draft, "P4")
    assert 'value="P4"' in text_of(client.get(path))

    response = client.post(path, seen(draft) | sent_of("P4", leads="20, 5"))

    draft.refresh_from_db()
    assert response.url == address("standard_items", draft) + "#item-P4"
    assert rules_of(draft).by_id["P4"].leads == (20, 5)


def test_item_is_added_behind_another(client, draft):
    sent = sent_of("P4", id="X1", after="P4")

    assert client.post(address("standard_item_add", draft), seen(draft) | sent).status_code == 302

    draft.refresh_from_db()
    listed = codes(draft)
    assert listed[listed.index("P4") + 1] == "X1"


def test_item_with_faults_is_shown_again_with_all_of_them(client, draft):
    sent = sent_of("P4", title_en="", leads="soon", id="P5")

    page = text_of(client.post(address("standard_item", draft, "P4"), seen(draft) | sent))

    assert page.count('class="field-errors"') == 2
    assert 'value="soon"' in page


def test_fault_found_by_the_reader_stands_beside_its_field(client, draft):
    page = text_of(client.post(address("standard_item", draft, "P4"), seen(draft) | sent_of("P4", id="P5")))

    assert "“P5” is given twice." in page
    draft.refresh_from_db()
    assert draft.document == shared().document


def test_line_is_added_with_and_without_a_script(client, draft):
    path, sent = address("standard_item", draft, "P4"), seen(draft) | sent_of("P4", press="add-condition", title_en="")

    whole, part = text_of(client.post(path, sent)), text_of(client.post(path, sent, **HTMX))

    for page in (whole, part):
        assert 'name="condition-1-fact"' in page
        assert "field-errors" not in page
    assert ("<html" in whole, "<html" in part) == (True, False)
    draft.refresh_from_db()
    assert draft.document == shared().document


def test_change_after_somebody_elses_edit_is_refused_and_what_was_typed_kept(client, draft, elsewhere, now):
    elsewhere()

    page = text_of(client.post(address("standard_item", draft, "P4"), seen(draft) | sent_of("P4", title_en="My words")))

    assert "Somebody else edited the draft meanwhile." in page
    assert 'value="My words"' in page
    assert f'name="seen" value="{(now + SECOND).isoformat()}"' in page
    draft.refresh_from_db()
    assert rules_of(draft).by_id["P4"].title.en != "My words"
    client.post(address("standard_item", draft, "P4"), seen(draft) | sent_of("P4", title_en="My words"))
    draft.refresh_from_db()
    assert rules_of(draft).by_id["P4"].title.en == "My words"


def test_change_of_an_item_that_was_removed_keeps_what_was_typed(client, draft, elsewhere):
    elsewhere()
    draft.refresh_from_db()

    page = text_of(client.post(address("standard_item", draft, "P6"), seen(draft) | sent_of("P6", title_en="My words")))

    assert "The draft has no such item any more." in page
    assert 'value="My words"' in page


def test_change_of_a_draft_that_was_published_keeps_what_was_typed(client, draft, administrator, now):
    publish_draft(draft_id=draft.pk, note="x", seen=draft.edited_at, actor=administrator, now=now + SECOND)

    page = text_of(client.post(address("standard_item", draft, "P4"), seen(draft) | sent_of("P4", title_en="My words")))

    assert "This draft is no more: it was published or discarded meanwhile." in page
    assert 'value="My words"' in page


def test_item_of_a_published_number_leads_to_the_list(client, site, manager, now, draft):
    publish_draft(draft_id=draft.pk, note="x", seen=draft.edited_at, actor=manager, now=now + SECOND)

    for path in (address("standard_item", draft, "P4"), address("standard_heading", draft)):
        assert client.get(path).url == address("standard_items", draft)


def test_item_that_is_not_in_the_draft(client, draft):
    assert client.get(address("standard_item", draft, "P99")).status_code == 404


def test_item_is_put_elsewhere_by_its_buttons(client, draft):
    page = text_of(client.get(address("standard_items", draft)))
    assert 'id="up-P6" name="after" value="P4"' in page
    assert 'id="down-P6" name="after" value="P7"' in page

    client.post(address("standard_item_place", draft), seen(draft) | {"code": "P6", "after": "P4"})

    draft.refresh_from_db()
    assert codes(draft)[codes(draft).index("P4") + 1] == "P6"


def test_edit_of_the_list_after_somebody_elses_edit_is_refused(client, draft, elsewhere):
    elsewhere()

    response = client.post(address("standard_item_remove", draft), seen(draft) | {"code": "P7"}, follow=True)

    assert "Here is what it says now; please try again." in text_of(response)
    draft.refresh_from_db()
    assert "P7" in codes(draft)


def test_item_others_follow_is_not_removed_and_they_are_named(client, draft):
    response = client.post(address("standard_item_remove", draft), seen(draft) | {"code": "P13"}, follow=True)

    assert "U1: There is no item “P13” to follow." in text_of(response)


@pytest.mark.parametrize("sent", [{}, {"seen": "yesterday", "code": "P7"}, {"seen": "2026-11-23T01:00:00+00:00"}])
def test_edit_that_is_not_understood_says_so(client, draft, sent):
    response = client.post(address("standard_item_remove", draft), sent, follow=True)

    assert "This was not understood. Please try again." in text_of(response)


def test_heading_with_a_group_in_use_taken_out_is_shown_again(client, draft):
    titles = {"title_zh_hans": "甲", "title_zh_hant": "甲", "title_en": "Ours"}

    page = text_of(client.post(address("standard_heading", draft), seen(draft) | titles | {"group-count": "0"}))

    assert "There is no group “daily”." in page
    assert 'value="Ours"' in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_draft_is_discarded(client, draft, headers):
    response = client.post(address("standard_discard", draft), seen(draft), **headers)

    assert (response.get("HX-Redirect") or response.url) == "/standards/"
    assert not ServiceStandard.objects.filter(state=DRAFT).exists()


def test_draft_edited_meanwhile_is_not_discarded(client, draft, elsewhere):
    elsewhere()

    response = client.post(address("standard_discard", draft), seen(draft))

    assert response.url == address("standard_items", draft) + "#item-"
    assert ServiceStandard.objects.filter(state=DRAFT).exists()


def upload(name: str, content: bytes | str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


WRITERS = {"standard.yaml": standard_yaml, "standard.TOML": standard_toml}


@pytest.mark.parametrize("name", WRITERS)
def test_file_becomes_the_draft(client, site, name):
    text = WRITERS[name](shipped_standard())

    response = client.post("/standards/import/", {"owner": "HQ", "file": upload(name, text)})

    draft = ServiceStandard.objects.get(state=DRAFT)
    assert response.url == address("standard_comparison", draft)
    assert (draft.site, rules_of(draft)) == (site, shipped_standard())


@pytest.mark.parametrize(
    ("name", "content", "line", "text"),
    [
        ("a.yaml", "title: {en: x, zh_hans: x, zh_hant: x}\nitems: []\n", 2, "Please fill this in."),
        ("a.yaml", "a: b: c", 1, "The file cannot be read from here on"),
        ("a.toml", "a = 1\nb =\n", 2, "The file cannot be read from here on"),
        ("a.toml", b"\xef\xbb\xbfa = 1\n\n[items]\n", 3, "A list is expected here."),
        ("a.yaml", b"a: \x00", 1, "This is not a text file."),
        ("a.yaml", b"a: 1\nb: \xff", 2, "The file is not written in UTF-8."),
        ("a.yaml", "a: &x 1\nb: *x", 2, "“x” refers to another place of the file."),
        ("a.yaml", "x" * 500_001, 1, "The file is too large"),
    ],
)
def test_file_with_faults_is_not_taken_and_each_is_named_by_line(client, name, content, line, text):
    page = text_of(client.post("/standards/import/", {"owner": "HQ", "file": upload(name, content)}))

    assert "The file was not taken." in page
    assert f'<th scope="row" class="num">{line}</th>' in page
    assert text in page
    assert not ServiceStandard.objects.filter(state=DRAFT).exists()


def test_file_that_is_missing_or_empty_is_asked_for(client):
    assert "This field is required." in text_of(client.post("/standards/import/", {"owner": "HQ"}))
    empty = text_of(client.post("/standards/import/", {"owner": "HQ", "file": upload("a.yaml", "")}))
    assert "The submitted file is empty." in empty


def test_file_takes_the_place_of_a_draft_only_with_the_box_ticked(client, draft):
    text = standard_yaml(shipped_standard()).replace("id: P7", "id: P7x")

    page = text_of(client.post("/standards/import/", {"owner": "HQ", "file": upload("a.yaml", text)}))
    assert "Tick the box if the file shall take its place." in page
    draft.refresh_from_db()
    assert "P7x" not in codes(draft)
    client.post("/standards/import/", {"owner": "HQ", "file": upload("a.yaml", text), "replaces": "on"})

    draft.refresh_from_db()
    assert "P7x" in codes(draft)


def test_publishing_shows_the_change_and_leads_to_planning_anew(client, draft, elsewhere):
    elsewhere()
    draft.refresh_from_db()
    assert "Check the curtains" in text_of(client.get(address("standard_publish", draft)))

    response = client.post(address("standard_publish", draft), seen(draft) | {"note": "No curtains"})

    draft.refresh_from_db()
    assert (response.url, draft.number, draft.note) == (address("standard_replan", draft), 1, "No curtains")


def test_publishing_without_a_word_why_is_refused(client, draft):
    assert "This field is required." in text_of(client.post(address("standard_publish", draft), seen(draft)))


def test_publishing_what_was_edited_meanwhile_keeps_the_note(client, draft, elsewhere):
    elsewhere()

    page = text_of(client.post(address("standard_publish", draft), seen(draft) | {"note": "My reason"}))

    assert "Somebody else edited the draft meanwhile." in page
    assert "My reason" in page
    draft.refresh_from_db()
    assert draft.state == DRAFT


def test_publishing_twice_is_told_and_gives_one_number(client, draft):
    for _ in range(2):
        response = client.post(address("standard_publish", draft), seen(draft) | {"note": "x"}, follow=True)

    assert "This draft is no more: it was published or discarded meanwhile." in text_of(response)
    assert list(ServiceStandard.objects.filter(site__isnull=False).values_list("number", flat=True)) == [1]


@pytest.fixture
def own(site, manager, now, room_108, applicant):
    """A number with one item more, and a meeting planned before it."""
    approved(room=room_108, applicant=applicant, start=now + 30 * HOUR, now=now)

    def change(draft):
        items = [*draft.document["items"], plain_item()]
        ServiceStandard.objects.filter(pk=draft.pk).update(document=draft.document | {"items": items})

    return published(site, manager, now, change)


def test_replanning_begins_with_none_chosen(client, own):
    page = text_of(client.get(address("standard_replan", own)))
    assert "1 coming meeting is planned by another standard." in page

    response = client.post(address("standard_replan", own), {"which": "none"})

    assert (response.url, Replanning.objects.count()) == ("/standards/", 0)
    assert ServicePlan.objects.get().standard == shared()


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_replanning_offers_today_as_a_browser_reads_it(client, own, now, language):
    page = text_of(client.get(address("standard_replan", own), headers={"accept-language": language}))

    assert f'value="{now.astimezone(own.site.zone):%Y-%m-%d}"' in page


@pytest.mark.parametrize("since", ["", "soon", "0001-01-01", "9999-12-31"])
def test_replanning_from_no_day_is_refused(client, own, since):
    page = text_of(client.post(address("standard_replan", own), {"which": "coming", "since": since}))

    assert 'class="field-errors"' in page
    assert Replanning.objects.count() == 0


def test_replanning_is_asked_for_and_its_progress_shown(client, own, monkeypatch, now):
    monkeypatch.setattr("checklists.tasks.replan_meetings.delay", lambda _pk: None)
    response = client.post(address("standard_replan", own), {"which": "coming", "since": "2026-11-23"})
    run = Replanning.objects.get()
    assert response.url == f"/standards/replannings/{run.pk}/"

    waiting = client.get(response.url, **HTMX)
    replan_meetings(run_id=run.pk, now=now)
    over = client.get(response.url, **HTMX)

    assert (waiting.status_code, over.status_code) == (200, 286)
    assert '<progress max="1" value="0">' in text_of(waiting)
    assert "1 meeting was planned anew." in text_of(over)
    assert "hx-get" not in text_of(over)
    assert ServicePlan.objects.get().standard == own


def test_draft_is_not_planned_with(client, draft):
    assert client.get(address("standard_replan", draft)).status_code == 404


def test_run_of_another_site_is_not_there(own, manager, stranger, now, monkeypatch):
    monkeypatch.setattr("checklists.tasks.replan_meetings.delay", lambda _pk: None)
    asked = {"since": now.date(), "with_running": False, "actor": manager, "now": now}
    run = request_replanning(standard=own, **asked)

    assert signed_in(stranger).get(f"/standards/replannings/{run.pk}/").status_code == 404
