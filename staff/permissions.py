"""Who may see and change people and shifts."""

from rooms.models import Site
from staff.models import Course, CourseRun, PracticalList, Question, User
from staff.roles import DUTY_ROLES, Role

LEADERS = (Role.MANAGER, Role.ADMINISTRATOR)


def can_see_people(user: User) -> bool:
    return user.has_role(*LEADERS)


def can_change_person(user: User, person: User) -> bool:
    """Managers change the people of their site, but no administrator: that would make them one."""
    if user.has_role(Role.ADMINISTRATOR):
        return True
    is_above = Role.ADMINISTRATOR.value in person.roles
    return user.has_role(Role.MANAGER) and person.site_id == user.site_id and not is_above


def can_see_photo(user: User, person: User) -> bool:
    """Those who work together at a site; whoever only asks for rooms has no need of faces."""
    if user.pk == person.pk or user.has_role(Role.ADMINISTRATOR):
        return True
    return user.has_role(*DUTY_ROLES) and user.site_id is not None and person.site_id == user.site_id


def grantable_roles(user: User) -> list[Role]:
    if user.has_role(Role.ADMINISTRATOR):
        return list(Role)
    return [role for role in Role if role != Role.ADMINISTRATOR] if user.has_role(Role.MANAGER) else []


def can_see_shifts(user: User) -> bool:
    return user.has_role(Role.SECRETARY, *LEADERS)


def can_change_shifts(user: User) -> bool:
    return user.has_role(*LEADERS)


def can_see_phone(user: User, person: User) -> bool:
    """Those who must reach people at work: the office of the site; nobody else needs a number."""
    if user.has_role(Role.ADMINISTRATOR) or user.pk == person.pk:
        return True
    return user.has_role(Role.SECRETARY, Role.MANAGER) and person.site_id == user.site_id


def can_see_deliveries(user: User) -> bool:
    return user.has_role(*LEADERS)


def can_change_channels(user: User) -> bool:
    """The chat rooms of a site."""
    return user.has_role(*LEADERS)


def can_set_up_tablets(user: User, site: Site) -> bool:
    """Shared tablets are enrolled and shut out by those who lead the service at the site."""
    return user.has_role(Role.ADMINISTRATOR) or (user.has_role(Role.MANAGER) and user.site_id == site.pk)


def can_have_pin(person: User) -> bool:
    """A few digits open the tablet of those who serve, and never what an administrator may do."""
    return person.site_id is not None and person.has_role(*DUTY_ROLES) and not person.has_role(Role.ADMINISTRATOR)


def can_open_tablet(person: User, site_id: int) -> bool:
    return can_have_pin(person) and person.site_id == site_id


def can_give_pin(user: User, person: User) -> bool:
    return can_change_person(user, person) and can_have_pin(person)


def can_ask_leave(user: User) -> bool:
    """Whoever may stand in a roster."""
    return user.site_id is not None and user.has_role(*DUTY_ROLES)


def can_lead_training(user: User) -> bool:
    """Plans courses and keeps skills: of their site, an administrator of all."""
    return user.has_role(*LEADERS)


def can_change_skills(user: User) -> bool:
    """The list is the whole organisation's."""
    return user.has_role(Role.ADMINISTRATOR)


def can_change_growth(user: User, person: User) -> bool:
    """Skills, plans and praise of a person: whoever leads them, and nobody their own."""
    if user.has_role(Role.ADMINISTRATOR):
        return True
    return user.has_role(Role.MANAGER) and person.site_id is not None and person.site_id == user.site_id


def can_see_growth(user: User, person: User) -> bool:
    """A person's skills and training: they themselves, and who leads them."""
    return user.pk == person.pk or can_change_growth(user, person)


def can_praise(user: User, person: User) -> bool:
    """Who leads somebody, and who trains or trained them; nobody themselves."""
    if user.pk == person.pk:
        return False
    if can_change_growth(user, person):
        return True
    return CourseRun.objects.filter(trainer=user, enrolments__user=person, enrolments__left_at=None).exists()


def can_thank(user: User) -> bool:
    """Who works with others at a site."""
    return user.site_id is not None and user.has_role(*DUTY_ROLES)


def can_see_course(user: User, course: Course | Question) -> bool:
    return can_lead_training(user) and (course.site_id is None or leads_at(user, course.site_id))


def can_change_course(user: User, course: Course | Question) -> bool:
    """A course of the whole organisation is its administrators'."""
    return user.has_role(Role.ADMINISTRATOR) or (course.site_id is not None and leads_at(user, course.site_id))


def leads_at(user: User, site_id: int) -> bool:
    return user.has_role(Role.ADMINISTRATOR) or (user.has_role(Role.MANAGER) and user.site_id == site_id)


def trains(user: User) -> bool:
    """Whether somebody is named as the trainer of a run that is not closed."""
    return CourseRun.objects.filter(trainer=user, closed_at=None).exists()


def trains_at(user: User, site_id: int) -> bool:
    return CourseRun.objects.filter(trainer=user, closed_at=None, site=site_id).exists()


def can_see_practical_lists(user: User) -> bool:
    return can_lead_training(user) or trains(user)


def can_see_practical_list(user: User, practical_list: PracticalList) -> bool:
    site_id = practical_list.site_id
    return site_id is None or leads_at(user, site_id) or trains_at(user, site_id)


def can_change_practical_list(user: User, practical_list: PracticalList) -> bool:
    """One of the whole organisation is its administrators'; a site's is its leaders' and its trainers'."""
    return can_keep_practical_lists(user, practical_list.site_id)


def can_keep_practical_lists(user: User, site_id: int | None) -> bool:
    if site_id is None:
        return user.has_role(Role.ADMINISTRATOR)
    return leads_at(user, site_id) or trains_at(user, site_id)


def can_lead_run(user: User, run: CourseRun) -> bool:
    """Who takes part, what it asks for, when it is over."""
    return leads_at(user, run.site_id)


def can_train(user: User, run: CourseRun) -> bool:
    """Attendance, homework and examinations: whoever is named as its trainer, and who leads."""
    return run.trainer_id == user.pk or can_lead_run(user, run)
