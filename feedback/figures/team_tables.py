"""The team's figures as tables, bars and sentences."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from feedback.figures.charts import Row
from feedback.figures.tables import Column, Line, Table, Value
from feedback.figures.team import Cover, Evenness, Work, evenness, servers_of
from feedback.figures.trained import Trained

WORK_COLUMNS = (
    Column(gettext_lazy("Person"), "text"),
    Column(gettext_lazy("Role"), "text"),
    Column(gettext_lazy("Hours on shift"), "decimal"),
    Column(gettext_lazy("Hours on call"), "decimal"),
    Column(gettext_lazy("Overtime, hours"), "decimal"),
    Column(gettext_lazy("Days away"), "count"),
    Column(gettext_lazy("Shifts"), "count"),
    Column(gettext_lazy("Early, late or on a day off"), "count"),
    Column(pgettext_lazy("figures", "Meetings served"), "count"),
    Column(gettext_lazy("Minutes served an hour"), "decimal"),
    Column(gettext_lazy("Steps done"), "count"),
    Column(gettext_lazy("Steps an hour"), "decimal"),
)
COVER_COLUMNS = (
    Column(gettext_lazy("Skill"), "text"),
    Column(gettext_lazy("People who hold it"), "count"),
    Column(gettext_lazy("Lapses within 60 days"), "count"),
    Column(gettext_lazy("Lapsed"), "count"),
)

TRAINED_COLUMNS = (
    Column(gettext_lazy("Person"), "text"),
    Column(gettext_lazy("Certificates"), "count"),
    Column(gettext_lazy("Skills held"), "count"),
    Column(gettext_lazy("Lapses within 60 days"), "count"),
    Column(gettext_lazy("Lapsed"), "count"),
    Column(gettext_lazy("Courses under way"), "count"),
    Column(gettext_lazy("Training planned"), "count"),
)


@dataclass(frozen=True)
class Fairness:
    label: str
    unit: str
    found: Evenness

    @property
    def percent(self) -> int:
        return int(self.found.even * 100)


MEASURES: tuple[tuple[object, object, Callable[[Work], float | None]], ...] = (
    (gettext_lazy("Serving"), gettext_lazy("minutes served an hour on shift"), lambda each: each.served_share or 0.0),
    (gettext_lazy("Work"), gettext_lazy("steps an hour on shift"), lambda each: each.steps_an_hour or 0.0),
    (gettext_lazy("Unpopular shifts"), gettext_lazy("of a person's shifts"), lambda each: each.hard_share or 0.0),
)


def work_table(found: Sequence[Work]) -> Table:
    lines = [Line(each.name, work_values(each)) for each in found]
    return Table("work", _("Working time"), WORK_COLUMNS, tuple(lines))


def work_values(each: Work) -> tuple[Value, ...]:
    load = each.load
    return (
        each.name,
        each.role,
        float(each.hours),
        float(each.on_call),
        each.overtime,
        each.away,
        each.shifts,
        each.hard,
        load.meetings if load else 0,
        each.served_share,
        load.done if load else 0,
        each.steps_an_hour,
    )


def cover_table(found: Sequence[Cover]) -> Table:
    lines = [Line(each.skill.name, (each.skill.name, each.valid, each.soon, each.lapsed)) for each in found]
    return Table("skills", _("Skills"), COVER_COLUMNS, tuple(lines))


def trained_table(found: Sequence[Trained]) -> Table:
    lines = [Line(each.name, trained_values(each)) for each in found]
    return Table("training", _("Training"), TRAINED_COLUMNS, tuple(lines))


def trained_values(each: Trained) -> tuple[Value, ...]:
    skills = each.skills
    return (each.name, each.certificates, skills.valid, skills.soon, skills.lapsed, each.courses, each.planned)


def hour_rows(found: Iterable[Work]) -> list[Row]:
    """Most hours first, against the one with the most."""
    known = [each for each in found if each.hours]
    most = max((each.hours for each in known), default=0) or 1
    return [
        Row(each.name, each.role, round(100 * each.hours / most, 1), _("%(hours)s h") % {"hours": f"{each.hours:.1f}"})
        for each in known
    ]


def served_rows(found: Iterable[Work]) -> list[Row]:
    """Minutes served an hour on shift of those who serve, most first."""
    known = sorted(servers_of(found), key=lambda each: -(each.served_share or 0))
    most = max((each.served_share or 0 for each in known), default=0) or 1
    return [
        Row(
            each.name,
            "",
            round(100 * (each.served_share or 0) / most, 1),
            _("%(minutes)s min an hour") % {"minutes": f"{each.served_share or 0:.1f}"},
        )
        for each in known
    ]


def cover_rows(found: Sequence[Cover]) -> list[Row]:
    """The skills that fewest hold first."""
    most = max((each.valid for each in found), default=0) or 1
    ordered = sorted(found, key=lambda each: (each.valid, each.skill.place))
    return [Row(each.skill.name, "", round(100 * each.valid / most, 1), cover_text(each)) for each in ordered]


def cover_text(each: Cover) -> str:
    """In words what a bar alone does not say."""
    if not each.valid:
        return _("nobody")
    if each.soon:
        return _("%(valid)s, %(soon)s lapse soon") % {"valid": each.valid, "soon": each.soon}
    return str(each.valid)


def fairness_of(found: Iterable[Work]) -> list[Fairness]:
    servers = servers_of(found)
    known = [(label, unit, evenness(map(value, servers))) for label, unit, value in MEASURES]
    return [Fairness(str(label), str(unit), each) for label, unit, each in known if each is not None]
