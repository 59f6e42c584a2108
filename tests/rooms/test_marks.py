"""The tags that stand in for includes and loops answer the same, escaped."""

from types import SimpleNamespace

from django.template import engines

from rooms.templatetags.marks import icon, options


def test_an_icon_is_what_the_include_draws():
    included = engines["django"].from_string('{% include "includes/icon.html" with name="sun" class="big" %}')

    assert icon("sun", "big") == included.render().strip()


def test_options_escape_what_people_wrote_and_mark_the_chosen_one():
    rows = [SimpleNamespace(pk=1, label="108 <b>"), SimpleNamespace(pk=2, label="201")]

    assert options(rows, 2) == ('<option value="1">108 &lt;b&gt;</option><option value="2" selected>201</option>')
