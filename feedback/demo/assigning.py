"""What the demo's meetings ask of those who serve them, and who has learnt it."""

from datetime import datetime, timedelta

from checklists.models import StaffingNeed
from checklists.services.needs import add_need
from rooms.models import Site
from staff.models import PersonSkill, Skill, User
from staff.roles import Role

SKILLS = {
    "coffee": ("咖啡制作", "沖調咖啡", "Coffee"),
    "english": ("英语", "英語", "English"),
    "sound-desk": ("调音台", "調音台", "Sound desk"),
    "vip": ("贵宾接待", "貴賓接待", "VIP reception"),
}
FACT = StaffingNeed.Ground.FACT.value
NEEDS = (
    (Role.SERVICE_STAFF, "important_guests", "vip"),
    (Role.SERVICE_STAFF, "foreign_guests", "english"),
    (Role.SERVICE_STAFF, "coffee", "coffee"),
    (Role.TECHNICIAN, "sound", "sound-desk"),
)
HELD = {
    "staff1": ("vip", "english", "coffee"),
    "staff2": ("vip",),
    "staff3": ("english", "coffee"),
    "staff4": ("vip", "english"),
    "staff5": ("coffee",),
    "technician": ("sound-desk",),
}


def bring_back_needs(site: Site, people: dict[str, User], now: datetime) -> None:
    skills = {code: bring_back_skill(code, names) for code, names in SKILLS.items()}
    for role, value, code in NEEDS:
        add_need(site=site, role=role.value, skill_id=skills[code].pk, ground=FACT, value=value)
    since = (now - timedelta(days=200)).date()
    for username, codes in HELD.items():
        for code in codes:
            facts = {"valid_from": since, "granted_by": people["manager"], "granted_at": now}
            PersonSkill.objects.get_or_create(user=people[username], skill=skills[code], defaults=facts)


def bring_back_skill(code: str, names: tuple[str, str, str]) -> Skill:
    zh_hans, zh_hant, en = names
    facts = {"name_zh_hans": zh_hans, "name_zh_hant": zh_hant, "name_en": en}
    return Skill.objects.get_or_create(code=code, defaults=facts)[0]
