import pytest
from django.urls import reverse

from bookings.models import ApprovalRule, Approver, BookingPolicy, DeclineReason
from rooms.models import RoomLog
from tests.bookings.pages import text_of


@pytest.fixture(autouse=True)
def _moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def desk(client, secretary):
    secretary.language = "en"
    secretary.save()
    client.force_login(secretary)
    return client


def page(desk):
    return desk.get(reverse("bookings:deciding", args=["HQ"]))


def add(desk, what, **posted):
    return desk.post(reverse("bookings:deciding_add", args=["HQ", what]), posted)


def test_approver_is_named_and_shown(desk, manager, room_108):
    assert add(desk, "approver", user=manager.pk, room=room_108.pk).status_code == 302

    assert (Approver.objects.get().user, Approver.objects.get().room) == (manager, room_108)
    assert "Room 108 · Manager" in text_of(page(desk))
    assert RoomLog.objects.get().verb == "approver_added"


def test_rule_is_made_with_its_conditions(desk, room_108):
    add(desk, "rule", rooms=[room_108.pk], most_people=8, kinds=["training"])

    rule = ApprovalRule.objects.get()
    assert (list(rule.rooms.all()), rule.most_people, rule.kinds) == ([room_108], 8, ["training"])
    assert "108 · at most 8 people · Training" in text_of(page(desk))


def test_policy_of_the_site_is_set_and_said(desk):
    add(desk, "policy", longest_minutes=180, furthest_days=60, opens_at="08:00", closes_at="18:00")

    said = "The whole site · 180 minutes long at most · 60 days ahead at most · not before 08:00 · not after 18:00"
    assert said in text_of(page(desk))


def test_reason_is_kept_in_three_languages(desk):
    add(desk, "reason", text_zh_hans="当天检修", text_zh_hant="當天檢修", text_en="Repairs that day")

    assert "当天检修 · 當天檢修 · Repairs that day" in text_of(page(desk))


@pytest.mark.parametrize(
    ("what", "posted", "said"),
    [
        ("approver", {}, "Please choose a person."),
        ("rule", {}, "Give at least one condition: this rule would approve everything."),
        ("policy", {}, "Give at least one bound, or remove the line."),
        ("policy", {"opens_at": "18:00", "closes_at": "08:00"}, "The end must be after the start."),
        ("reason", {"text_en": "x"}, "Please fill this in."),
    ],
)
def test_faulty_setting_is_refused_beside_its_field(desk, what, posted, said):
    answer = add(desk, what, **posted)

    assert answer.status_code == 422
    assert said in text_of(answer)


def test_setting_is_removed_and_logged(desk, site):
    reason = DeclineReason.objects.create(site=site, text_zh_hans="x")

    desk.post(reverse("bookings:deciding_remove", args=["HQ", "reason", reason.pk]))

    assert not DeclineReason.objects.exists()
    assert (RoomLog.objects.get().verb, RoomLog.objects.get().changes) == (
        "decline_reason_removed",
        {"reason": ["x", None]},
    )


def test_setting_of_another_site_is_not_removed(desk, stranger):
    policy = BookingPolicy.objects.create(site=stranger.site, longest_minutes=60)

    answer = desk.post(reverse("bookings:deciding_remove", args=["HQ", "policy", policy.pk]), follow=True)

    assert "This is no longer there." in text_of(answer)
    assert BookingPolicy.objects.exists()


def test_page_costs_the_same_for_one_of_each_and_three(desk, rooms, site, secretary, manager, query_count, now):
    def fill(number):
        for room in rooms[:number]:
            Approver.objects.get_or_create(site=site, room=room, user=manager)
            rule = ApprovalRule.objects.create(site=site, created_by=secretary, created_at=now)
            rule.rooms.add(room)
            BookingPolicy.objects.get_or_create(site=site, room=room, defaults={"longest_minutes": 60})
            DeclineReason.objects.create(site=site, text_zh_hans="x")

    fill(1)
    page(desk)
    with_one = query_count(lambda: page(desk))
    fill(3)

    assert query_count(lambda: page(desk)) == with_one


def test_unknown_setting_is_not_found(desk):
    assert add(desk, "nothing").status_code == 404
