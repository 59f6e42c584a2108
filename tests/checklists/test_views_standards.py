"""Pages of the standard: the shelf, the picture, what a file says, two numbers side by side."""

import pytest
from django.urls import reverse

from checklists.models import ServiceStandard
from checklists.services.drafts import remove_item, start_draft
from checklists.standards import load_standard, shipped_standard
from tests import factories
from tests.checklists.drafts import published, shared
from tests.checklists.pages import HTMX, signed_in


@pytest.fixture(autouse=True)
def frozen(time_machine, now):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def own(site, manager, now):
    """Number 1 of the site, without plants."""
    return published(site, manager, now, lambda draft: remove_item(
        draft_id=draft.pk, code="P7", seen=draft.edited_at, actor=manager, now=now
    ), note="No plants here")  # fmt: skip


def page(user, name, *args, query="", **headers) -> str:
    response = signed_in(user).get(reverse(f"checklists:{name}", args=args) + query, **headers)
    assert response.status_code == 200
    return response.content.decode()


def test_shelf_of_a_site_without_its_own_shows_the_shared_number(manager):
    text = page(manager, "standards")

    assert "Headquarters" in text
    assert text.count("shared by the sites") == 1
    assert "Make one for this site" in text
    assert "Begin a draft" not in text


def test_shelf_shows_number_note_draft_and_who_edited(own, manager, site, now):
    start_draft(site=site, actor=manager, now=now)

    text = page(manager, "standards")

    assert "No plants here" in text
    assert "Made from no. 1" in text
    assert "Removed P7" in text
    assert "Published no. 1" in text


def test_shared_standard_is_the_administrators_to_edit(administrator):
    assert "Begin a draft" in page(administrator, "standards")


def test_shelf_sends_as_many_queries_for_three_sites_as_for_one(administrator, own, now, query_count):
    client = signed_in(administrator)
    client.get("/standards/")
    one = query_count(lambda: client.get("/standards/"))
    for code in ("S2", "S3"):
        other = factories.make_site(code)
        published(other, administrator, now, lambda draft: remove_item(
            draft_id=draft.pk, code="P6", seen=draft.edited_at, actor=administrator, now=now
        ))  # fmt: skip

    assert query_count(lambda: client.get("/standards/")) == one


def test_picture_shows_what_the_usual_sample_asks(manager):
    text = page(manager, "standard", shared().pk)

    assert "Standard no. 1" in text
    assert 'class="picture"' in text
    assert "Pour tea or coffee" in text
    # Tuesday is tomorrow; the sample is the working day after.
    assert "Wed 25 Nov 14:00" in text


def test_picture_alone_is_swapped_in_for_other_facts(manager):
    text = page(manager, "standard", shared().pk, query="?chosen=1&headcount=80&guests=foreign", **HTMX)

    assert "<html" not in text
    assert "Check the coffee set" in text
    assert '<b class="code">P13</b>' not in text


@pytest.mark.parametrize("query", ["?chosen=1&headcount=many&start=25:00&minutes=7", "?chosen=1&day=never&flags=-1"])
def test_facts_that_cannot_be_read_are_named_and_the_usual_ones_shown(manager, query):
    text = page(manager, "standard", shared().pk, query=query)

    assert 'class="field-errors"' in text
    assert 'class="picture"' in text


def test_fault_of_a_fact_is_swapped_in_beside_its_field(manager):
    text = page(manager, "standard", shared().pk, query="?chosen=1&headcount=0", **HTMX)

    said = text.partition('<span id="said-headcount" hx-swap-oob="true">')[2].partition("</span>")[0]
    assert "Ensure this value is greater than or equal to 1." in said


def test_picture_of_the_shared_standard_takes_the_hours_of_the_site_chosen(administrator):
    factories.make_site("BER", time_zone="Europe/Berlin", holiday_calendar="")

    text = page(administrator, "standard", shared().pk, query="?site=BER")

    assert '<option value="BER" selected>' in text


def test_draft_is_shown_around_a_meeting_before_it_is_published(site, manager, now):
    draft = start_draft(site=site, actor=manager, now=now)

    assert "Draft of the standard" in page(manager, "standard", draft.pk)


@pytest.mark.parametrize("pk", ["0", "99999", "9" * 40])
def test_standard_that_is_not_there(manager, pk):
    assert signed_in(manager).get(f"/standards/{pk}/").status_code == 404


@pytest.mark.parametrize(("language", "kind"), [("", "yaml"), ("?as=toml", "toml"), ("?as=exe", "yaml")])
def test_file_comes_back_the_same(manager, language, kind):
    response = signed_in(manager).get(f"/standards/{shared().pk}/file/{language}")

    assert response["Content-Disposition"] == f'attachment; filename="standard-shared-1.{kind}"'
    assert load_standard(response.content.decode(), language=kind) == shipped_standard()


def test_number_is_compared_with_what_it_was_made_from(own, manager):
    text = page(manager, "standard_comparison", own.pk)

    assert "No. 1 · shared by the sites" in text
    assert "Check the plants" in text


def test_number_is_compared_with_another_chosen(own, manager):
    text = page(manager, "standard_comparison", own.pk, query=f"?with={own.pk}")

    assert "They say the same" in text


@pytest.mark.parametrize("other", ["x", "0", "9" * 40])
def test_comparison_with_what_is_not_there(own, manager, other):
    assert signed_in(manager).get(f"/standards/{own.pk}/compare/?with={other}").status_code == 404


def test_only_number_of_all_has_nothing_to_compare_with(administrator):
    assert "Nothing to compare with" in page(administrator, "standard_comparison", shared().pk)


def test_standard_of_another_site_is_not_there(own, stranger):
    assert signed_in(stranger).get(f"/standards/{own.pk}/").status_code == 404


def test_items_of_a_published_number_are_only_read(own, manager):
    text = page(manager, "standard_items", own.pk)

    assert "Set tables and chairs" in text
    assert "Remove" not in text
    assert ServiceStandard.objects.get(pk=own.pk).document == own.document


@pytest.mark.parametrize("path", ["", "items/", "compare/"])
def test_pages_of_one_standard_ask_the_database_little(own, manager, query_count, path):
    client = signed_in(manager)
    client.get(f"/standards/{own.pk}/{path}")

    assert query_count(lambda: client.get(f"/standards/{own.pk}/{path}")) <= 14
