"""How the demo's site decides, and what hangs around it: approvers, a rule, bounds, reasons, screens, a webhook."""

from datetime import datetime, timedelta

from django.urls import reverse

from bookings.models import ApprovalRule, BookingPolicy, DeclineReason, DoorDevice, Webhook
from bookings.policy import FIELDS
from bookings.services.deciding import add_approver, add_reason, add_rule, set_policy
from bookings.services.doors import add_screen
from bookings.services.webhooks import add_webhook, change_webhook
from rooms.models import Room, Site
from staff.models import User

# Older than everything the demo asks for.
SET_UP = timedelta(days=30)

# The VIP room is the manager's own; over the auditorium two may say yes.
APPROVERS = (("305", "manager"), ("AUD", "secretary"), ("AUD", "manager"))
LONGEST = {None: 240, "305": 120}
REASONS = (
    ("该时段已安排全公司会议。", "該時段已安排全公司會議。", "A meeting of the whole company takes place then."),
    ("人数较少，建议改订小会议室。", "人數較少，建議改訂較小的會議室。", "A smaller room is enough for so few people."),
    (
        "会议信息不全，请补充后重新申请。",
        "會議資料不全，請補充後再申請。",
        "Details are missing; ask again with them.",
    ),
)
SCREENS = (("108", "108门口屏"), (None, "一楼大堂屏"))
WEBHOOK, WEBHOOK_HOST = "访客系统（未启用）", "visitors.demo.example"
TOLD = ("approved", "changed", "reopened", "cancelled")


def bring_back_rules(site: Site, rooms: dict[str, Room], people: dict[str, User], now: datetime) -> None:
    """Rules and bounds are put back as a whole: others might approve or refuse what the demo asks for."""
    facts = {"site": site, "actor": people["secretary"], "now": now - SET_UP}
    for code, username in APPROVERS:
        add_approver(room=rooms[code], user=people[username], **facts)
    ApprovalRule.objects.filter(site=site).delete()
    add_rule(rooms=[rooms["201"]], most_people=6, host_department="市场部", kinds=[], **facts)
    BookingPolicy.objects.filter(site=site).delete()
    for room, minutes in LONGEST.items():
        bounds = dict.fromkeys(FIELDS) | {"longest_minutes": minutes}
        set_policy(room=rooms[room] if room else None, bounds=bounds, **facts)
    if not DeclineReason.objects.filter(site=site).exists():
        for zh_hans, zh_hant, en in REASONS:
            add_reason(texts={"text_zh_hans": zh_hans, "text_zh_hant": zh_hant, "text_en": en}, **facts)


def bring_back_webhook(site: Site, admin: User, now: datetime) -> None:
    """Switched off, and to an address that leads nowhere."""
    if Webhook.objects.filter(site=site, name=WEBHOOK).exists():
        return
    facts = {"name": WEBHOOK, "events": TOLD, "actor": admin, "now": now - SET_UP}
    webhook, _ = add_webhook(site=site, url=f"https://{WEBHOOK_HOST}/hooks/huiwu", host=WEBHOOK_HOST, **facts)
    change_webhook(webhook_id=webhook.pk, is_active=False, **facts)


def bring_back_screens(site: Site, rooms: dict[str, Room], actor: User, now: datetime) -> dict[str, str]:
    """The addresses of those that are new, by name: one that hangs somewhere already keeps its own."""
    known = set(DoorDevice.objects.filter(site=site, revoked_at=None).values_list("name", flat=True))
    addresses = {}
    for code, name in SCREENS:
        if name not in known:
            _, key = add_screen(site=site, room=rooms[code] if code else None, name=name, actor=actor, now=now)
            addresses[name] = reverse("bookings:door" if code else "bookings:lobby", args=[key])
    return addresses
