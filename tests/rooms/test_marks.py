"""The tags that stand in for includes and loops answer the same, escaped."""

from types import SimpleNamespace

import pytest
from django.template import engines

from rooms.templatetags.marks import icon, options


def drawn(source):
    return engines["django"].from_string(source).render().strip()


def test_an_icon_and_its_include_draw_the_same():
    assert drawn('{% include "includes/icon.html" with name="sun" class="big" %}') == icon("sun", "big")
    assert drawn('{% include "includes/icon.html" with name="sun" %}') == icon("sun")
    assert icon("sun", "big").startswith('<svg class="icon big" aria-hidden="true"')
    assert icon('"><b>').count("<b>") == 0


def test_options_escape_what_people_wrote_and_mark_the_chosen_one():
    rows = [SimpleNamespace(pk=1, label="108 <b>"), SimpleNamespace(pk=2, label="201")]

    assert options(rows, 2) == ('<option value="1">108 &lt;b&gt;</option><option value="2" selected>201</option>')


@pytest.mark.parametrize(("status", "label"), [("approved", "Approved"), ("questioned", "<b>"), ('"', "已批准")])
def test_a_state_and_its_include_draw_the_same(status, label):
    booking = {"status": status, "get_status_display": label}
    tag = "{% load marks %}{% status_mark booking.status booking.get_status_display %}"
    include = '{% include "includes/status.html" %}'

    by_tag, by_include = (engines["django"].from_string(each).render({"booking": booking}) for each in (tag, include))

    assert by_tag == by_include.strip().replace("&#39;", "&#x27;")
