"""Examinations: set, taken against the server's clock, marked, taken again."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from staff.errors import StaffError
from staff.models import Paper, PaperQuestion, Practical, Question
from staff.practical import CODES
from staff.roles import Role
from staff.selectors.exams import results_of
from staff.services.exams import (
    allow_retake,
    begin_paper,
    hand_in_paper,
    mark_by_hand,
    record_practical,
    save_answers,
    set_examination,
    settle_over,
)
from staff.services.questions import add_shipped_questions
from staff.services.runs import close_run, enrol
from tests.factories import make_user
from tests.training import begun, examination_for, right_answers

MINUTE = timedelta(minutes=1)


@pytest.fixture
def run(technician, server, manager, now):
    return begun(trainer=technician, people=[server], actor=manager, now=now)


@pytest.fixture
def examination(run, now):
    return examination_for(run, now)


@pytest.fixture
def enrolment(run):
    return run.enrolments.get()


@pytest.fixture
def paper(examination, enrolment, now):
    return begin_paper(enrolment=enrolment, now=now)


def words(paper):
    return [row for row in paper.questions.all() if row.content["kind"] == "text"]


def hand_in(paper, sent, now):
    return hand_in_paper(paper_id=paper.pk, enrolment=paper.enrolment, sent=sent, now=now)


def test_the_shipped_questions_are_complete(db):
    assert (add_shipped_questions(), add_shipped_questions()) == (12, 0)
    for question in Question.objects.all():
        texts = [question.text_zh_hans, question.text_zh_hant, question.text_en]
        assert all(texts)
        assert all(set(option) == {"zh_hans", "zh_hant", "en"} for option in question.options)
        if question.kind in ("single", "multiple"):
            assert all(0 <= place < len(question.options) for place in question.key)


def test_reloading_gives_the_same_paper(paper, enrolment, now):
    again = begin_paper(enrolment=enrolment, now=now + MINUTE)

    assert again == paper
    assert PaperQuestion.objects.count() == 12


def test_a_question_changed_meanwhile_stays_as_it_was_drawn(paper):
    row = paper.questions.first()
    before = row.content

    Question.objects.update(text_zh_hans="改了", key=[3])

    row.refresh_from_db()
    assert row.content == before


def test_the_time_is_the_papers_and_never_longer_than_the_examination(run, now, enrolment):
    examination_for(run, now, closes_at=now + 10 * MINUTE)

    assert begin_paper(enrolment=enrolment, now=now).ends_at == now + 10 * MINUTE


@pytest.mark.parametrize(("after", "code"), [(-1, "examination_not_open"), (120, "examination_over")])
def test_nobody_begins_outside_its_time(examination, enrolment, now, after, code):
    with pytest.raises(StaffError, match=code):
        begin_paper(enrolment=enrolment, now=now + after * MINUTE)


def test_a_bank_that_is_too_small_says_so(run, now):
    with pytest.raises(StaffError, match="too_few_questions"):
        examination_for(run, now, question_count=13)


def test_questions_of_another_site_are_not_drawn(run, stranger, now):
    Question.objects.create(site=stranger.site, topic="venue", kind="text", text_en="theirs")

    with pytest.raises(StaffError, match="too_few_questions"):
        examination_for(run, now, question_count=13)


def test_answers_are_saved_as_they_are_given_and_twice_is_once(paper, enrolment, now):
    sent = right_answers(paper)
    facts = {"paper_id": paper.pk, "enrolment": enrolment, "sent": sent}

    assert save_answers(**facts, now=now) == 12
    assert save_answers(**facts, now=now + MINUTE) == 0


def test_an_answer_may_be_taken_back(paper, enrolment, now):
    place = paper.questions.first().place
    save_answers(paper_id=paper.pk, enrolment=enrolment, sent=right_answers(paper), now=now)
    save_answers(paper_id=paper.pk, enrolment=enrolment, sent={place: []}, now=now)

    assert paper.questions.get(place=place).answer is None


def test_a_late_answer_is_refused_and_what_was_saved_counts(paper, enrolment, now):
    save_answers(paper_id=paper.pk, enrolment=enrolment, sent=right_answers(paper), now=now)
    late = now + 31 * MINUTE

    with pytest.raises(StaffError, match="paper_over"):
        save_answers(paper_id=paper.pk, enrolment=enrolment, sent={1: []}, now=late)
    handed = hand_in(paper, {place: [] for place in range(1, 13)}, late)

    assert handed.handed_at == paper.ends_at
    assert PaperQuestion.objects.filter(answer=None).count() == 0


def test_the_last_second_may_be_under_way(paper, enrolment, now):
    last = paper.ends_at + timedelta(seconds=9)

    assert save_answers(paper_id=paper.pk, enrolment=enrolment, sent=right_answers(paper), now=last) == 12


def test_what_marks_itself_is_marked_and_words_wait_for_a_person(paper, technician, now):
    handed = hand_in(paper, right_answers(paper), now)
    assert handed.percent is None
    points = {row.place: 4 for row in words(paper)}

    marked = mark_by_hand(paper_id=paper.pk, points=points, actor=technician, now=now)

    # Twelve points by themselves and eight of ten by hand.
    assert (marked.percent, marked.marked_at) == (90, now)


def test_without_words_the_result_is_there_at_once(paper, now):
    sent = right_answers(paper) | {row.place: [] for row in words(paper)}

    assert hand_in(paper, sent, now).percent == 12 * 100 // 22


def test_handing_in_twice_is_once(paper, enrolment, now):
    first = hand_in(paper, right_answers(paper), now)
    again = hand_in(paper, {1: []}, now + MINUTE)

    assert (again.handed_at, again.pk) == (first.handed_at, first.pk)
    with pytest.raises(StaffError, match="paper_handed_in"):
        save_answers(paper_id=paper.pk, enrolment=enrolment, sent={}, now=now)


@pytest.mark.parametrize("points", [-1, 6])
def test_no_more_points_than_a_question_has(paper, technician, now, points):
    hand_in(paper, right_answers(paper), now)

    with pytest.raises(StaffError, match="points_out_of_range"):
        mark_by_hand(paper_id=paper.pk, points={words(paper)[0].place: points}, actor=technician, now=now)


def test_what_marks_itself_is_not_marked_by_hand(paper, technician, now):
    hand_in(paper, {}, now)

    mark_by_hand(paper_id=paper.pk, points=dict.fromkeys(range(1, 13), 1), actor=technician, now=now)

    given = {row.content["kind"]: row.given for row in paper.questions.all()}
    assert given == {"single": 0, "multiple": 0, "true_false": 0, "text": 1}


def test_a_second_try_is_the_trainers_to_allow(paper, enrolment, technician, now):
    hand_in(paper, {}, now)
    with pytest.raises(StaffError, match="no_more_tries"):
        begin_paper(enrolment=enrolment, now=now)

    first, second = (allow_retake(enrolment=enrolment, actor=technician, now=now) for _ in range(2))
    later = begin_paper(enrolment=enrolment, now=now + timedelta(days=3))

    assert (first, later) == (second, second)
    assert later.ends_at == now + timedelta(days=3, minutes=30)
    assert (later.number, Paper.objects.count()) == (2, 2)


def test_a_retake_needs_a_try(examination, enrolment, technician, now):
    with pytest.raises(StaffError, match="no_try_yet"):
        allow_retake(enrolment=enrolment, actor=technician, now=now)


def test_the_best_try_counts(paper, enrolment, technician, now):
    hand_in(paper, right_answers(paper) | {row.place: [] for row in words(paper)}, now)
    allow_retake(enrolment=enrolment, actor=technician, now=now)
    hand_in(begin_paper(enrolment=enrolment, now=now), {}, now)

    assert results_of([enrolment])[enrolment.pk].written == 54


def test_a_paper_left_alone_is_handed_in_when_its_time_is_up(paper, now):
    assert settle_over(now=paper.ends_at) == 0
    assert settle_over(now=paper.ends_at + MINUTE) == 1

    paper.refresh_from_db()
    assert (paper.handed_at, paper.percent) == (paper.ends_at, 0)


def test_nobody_writes_on_anothers_paper(paper, run, site, manager, now):
    other = make_user("other", Role.SERVICE_STAFF, site=site)
    enrol(run_id=run.pk, people=[other], actor=manager, now=now)

    with pytest.raises(StaffError, match="paper_unknown"):
        save_answers(paper_id=paper.pk, enrolment=run.enrolments.get(user=other), sent={1: ["0"]}, now=now)


def test_a_closed_run_examines_nobody(run, examination, enrolment, now):
    close_run(run_id=run.pk, now=now)

    with pytest.raises(StaffError, match="run_closed"):
        begin_paper(enrolment=enrolment, now=now)


def scores(points=2, **changes):
    return dict.fromkeys(CODES, points) | changes


def test_a_practical_examination_is_recorded_once(enrolment, technician, now):
    facts = {"op": uuid4(), "enrolment": enrolment, "scores": scores(1), "remark": "", "examiner": technician}

    first, again = (record_practical(**facts, now=now) for _ in range(2))

    assert (first, first.percent) == (again, 50)
    assert Practical.objects.count() == 1


@pytest.mark.parametrize("wrong", [{}, {"badge": 2}, scores(badge=3), scores(badge=-1), scores(unknown=1)])
def test_every_item_is_scored_and_no_other(enrolment, technician, now, wrong):
    facts = {"op": uuid4(), "enrolment": enrolment, "remark": "", "examiner": technician, "now": now}

    with pytest.raises(StaffError, match="items_unscored"):
        record_practical(scores=wrong, **facts)


class TestPages:
    @pytest.fixture(autouse=True)
    def at_now(self, time_machine, now):
        self.clock = time_machine
        time_machine.move_to(now, tick=False)

    def test_the_key_never_reaches_the_browser(self, client, run, examination, server):
        """With any other key the page is the same."""
        client.force_login(server)
        client.post(f"/training/runs/{run.pk}/paper/")

        def page():
            text = client.get(f"/training/runs/{run.pk}/paper/").content.decode()
            return re.sub(r'(nonce="|csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]*', "", text)

        before = page()
        for row in PaperQuestion.objects.all():
            row.content["key"] = [] if isinstance(row.content["key"], list) else not row.content["key"]
            row.save()

        assert "每十五分钟" in before
        assert page() == before

    def test_a_participant_takes_it_from_begin_to_result(self, client, run, examination, server):
        client.force_login(server)
        address = f"/training/runs/{run.pk}/paper/"
        client.post(address)
        paper = Paper.objects.get()
        sent = {f"q{place}": texts for place, texts in right_answers(paper).items()}

        saved = client.post(f"/training/papers/{paper.pk}/save/", sent | {"whole": 1}).content.decode()
        client.post(f"/training/papers/{paper.pk}/hand-in/", sent | {"whole": 1})

        assert "mark-ok" in saved
        paper.refresh_from_db()
        assert paper.handed_at is not None
        assert paper.questions.filter(answer=None).count() == 0
        assert client.get(address).status_code == 200

    def test_too_late_it_says_so_kindly(self, client, run, examination, server, now):
        client.force_login(server)
        client.post(f"/training/runs/{run.pk}/paper/")
        paper = Paper.objects.get()
        self.clock.move_to(now + 31 * MINUTE, tick=False)

        answer = client.post(f"/training/papers/{paper.pk}/save/", {"q1": "0"})
        page = client.get(f"/training/runs/{run.pk}/paper/")

        assert (answer.status_code, "mark-bad" in answer.content.decode()) == (200, True)
        assert "hand-in" in page.content.decode()

    def test_the_trainer_marks_words(self, client, run, examination, enrolment, technician, now):
        paper = begin_paper(enrolment=enrolment, now=now)
        hand_in(paper, right_answers(paper), now)
        client.force_login(technician)
        data = {f"points_{row.place}": 5 for row in words(paper)}

        assert "先道歉" in client.get(f"/training/papers/{paper.pk}/").content.decode()
        client.post(f"/training/papers/{paper.pk}/", data)

        paper.refresh_from_db()
        assert paper.percent == 100

    def test_too_many_points_say_so(self, client, run, paper, technician, now):
        hand_in(paper, right_answers(paper), now)
        client.force_login(technician)
        name = f"points_{words(paper)[0].place}"

        answer = client.post(f"/training/papers/{paper.pk}/", {name: 6})

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [name])

    def test_an_examination_is_set_in_the_sites_time(self, client, run, technician):
        add_shipped_questions()
        client.force_login(technician)
        data = {"question_count": 5, "minutes": 20, "opens_on": "2026-12-01", "opens": "09:00"}

        client.post(f"/training/runs/{run.pk}/examination/", data | {"closes_on": "2026-12-01", "closes": "10:00"})

        assert f"{run.examination.opens_at:%m-%d %H:%M}" == "12-01 01:00"

    def test_a_practical_page_with_a_gap_keeps_what_was_chosen(self, client, run, enrolment, technician):
        client.force_login(technician)
        sent = {f"score_{code}": 2 for code in CODES if code != "badge"} | {"op": uuid4(), "remark": "很稳"}

        answer = client.post(f"/training/people/{enrolment.pk}/practical/", sent)

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["score_badge"])
        assert "很稳" in answer.content.decode()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"text_en": ""}, "text_zh_hans"),
            ({"option_1_en": ""}, "kind"),
            ({"right_0": ""}, "kind"),
            ({"right_1": "on"}, "kind"),
            ({"points": 0}, "points"),
        ],
    )
    def test_a_question_that_cannot_be_asked_says_why(self, client, site, manager, changes, field):
        client.force_login(manager)
        data = {"topic": "venue", "kind": "single", "points": 1, "text_en": "?", "site": site.pk, "is_active": "on"}
        data |= {"option_0_en": "a", "option_1_en": "b", "right_0": "on"}

        answer = client.post("/training/questions/new/", data | changes)

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])

    def test_a_question_of_ones_own_is_saved_with_its_key(self, client, site, manager):
        client.force_login(manager)
        data = {"topic": "venue", "kind": "multiple", "points": 2, "text_en": "?", "site": site.pk, "is_active": "on"}
        data |= {"option_0_en": "a", "option_2_en": "b", "option_3_en": "c", "right_0": "on", "right_3": "on"}

        client.post("/training/questions/new/", data)

        question = Question.objects.get()
        assert ([option["en"] for option in question.options], question.key) == (["a", "b", "c"], [0, 2])


def test_setting_it_again_changes_it_and_tells_once(run, now, server):
    first = examination_for(run, now)
    fields = {"topics": ["venue"], "question_count": 1, "minutes": 5, "opens_at": now, "closes_at": now + MINUTE}

    again = set_examination(run_id=run.pk, fields=fields, actor=run.trainer, now=now)

    assert (again.pk, again.minutes) == (first.pk, 5)
    assert server.notices.filter(code="examination_set").count() == 1
