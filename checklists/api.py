"""Plans, steps, ticks and reminders in the HTTP API."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Field, File, Form, Path, Query, Router, Schema
from ninja.files import UploadedFile

from bookings.models import Booking
from checklists import services
from checklists.errors import InvalidTick
from checklists.messages import CHECKLIST_MESSAGES, TICK_MESSAGES
from checklists.models import Reminder, Step, StepFile
from checklists.permissions import can_print_rundown, can_see_plan, can_skip, can_take_over, can_tick
from checklists.picture_forms import photo_of, signature_of
from checklists.selectors.evidence import file_data, step_files
from checklists.selectors.plans import plan_data, step_data, steps_of, steps_visible_to, steps_with_people
from checklists.services.evidence_files import keep_file
from checklists.services.rundowns import current_rundown
from rooms.models import Site
from rooms.selectors import find_site, site_today
from staff.api_tools import (
    ApiProblem,
    Code,
    Day,
    Filters,
    Id,
    Input,
    Moment,
    Page,
    Text,
    caller,
    invalid,
    local,
    needs,
    page_of_rows,
    problem,
    refuse_unknown_fields,
    refuse_unknown_query,
)
from staff.models import Scope, User
from staff.printing import PdfUnavailableError

router = Router(tags=["steps"])
STEPS = needs(Scope.STEPS)

LATE = "late"
RESULT_FIELDS = ("value", "ok", "file", "gravity", "device", "signed_name")


class EvidenceOut(Schema):
    kind: Annotated[str, Field(description="tick, ok, number, count, photo or signature: what a tick must bring.")]
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None


class StepOut(Schema):
    id: int
    item: str
    phase: str
    round: int
    subject: str
    role: str
    title: str
    evidence: EvidenceOut
    quantities: dict[str, int]
    booking: Annotated[str | None, Field(description="The booking's reference; none for a daily step.")]
    room: str | None
    opens_at: datetime
    due_at: datetime
    state: str
    assignee: str | None
    done_at: datetime | None
    done_by: str | None
    late_seconds: int


class PlanOut(Schema):
    standard: Annotated[int | None, Field(description="The standard's number; none while there is no plan.")]
    steps: list[StepOut]


RESULT_HELP = (
    "ok: {ok}; number and count: {value}; photo and signature: {file}, the op of a file of the step. A signature may "
    "be {signed_name} instead, with a note. Beside any of them a photo as {file}; with what is not in order "
    "{gravity} (1 to 3), which opens an incident, and {device}."
)


class TickIn(Input):
    op: Annotated[
        UUID, Field(strict=False, description="Made by the client for this tap; the same op changes nothing.")
    ]
    wanted: Annotated[Code, Field(json_schema_extra={"enum": ["done", "open"]})] = "done"
    done_at: Annotated[Moment | None, Field(description="The client's clock; kept beside the server's.")] = None
    result: Annotated[dict[str, Any] | None, Field(description=RESULT_HELP)] = None
    note: Text = ""
    seen: Annotated[UUID | None, Field(strict=False, description="With open: the op that it takes back.")] = None


class TickOut(Schema):
    op: UUID
    step: int
    verdict: Annotated[str, Field(description="applied, or added where the step was settled already.")]
    state: str
    done_at: datetime | None
    done_by: str | None
    late_seconds: int


class FileIn(Input):
    op: Annotated[UUID, Field(strict=False, description="Made by the client for this file; sent again it is the same.")]
    kind: Annotated[Code, Field(json_schema_extra={"enum": ["photo", "signature"]})] = "photo"
    signed_name: Annotated[Text, Field(description="With a signature: who signed.")] = ""


class FileOut(Schema):
    op: UUID
    step: int
    kind: str
    signed_name: str
    taken_at: datetime
    by: str


class ReasonIn(Input):
    reason: Text


class StepFilters(Filters):
    mine: Annotated[bool, Field(description="What I have, and what nobody has and is of my role.")] = False
    date: Day | None = None
    state: Code = ""
    site: Code = ""


class RundownFilters(Schema):
    date: Day | None = None
    site: Code = ""


class ReminderFilters(Filters):
    since: Moment | None = None


class ReminderOut(Schema):
    id: int
    step: int
    item: str
    booking: str | None
    kind: str
    due_at: datetime
    sent_at: datetime
    late_seconds: int
    channel: str
    occurrence: Annotated[int, Field(description="The round of a repeating step; 1 for others.")]


@router.get("/bookings/{ref}/plan", response=PlanOut, summary="The service plan of a booking")
def read_plan(request: HttpRequest, ref: Annotated[str, Path()]) -> dict[str, Any]:
    user = caller(request)
    visible = Booking.objects.visible_to(user).select_related("site")
    booking = visible.named(ref).first()
    if booking is None:
        raise Http404
    if not can_see_plan(user, booking):
        raise PermissionDenied
    return plan_data(booking, timezone.now(), reader=user)


@router.get("/steps", response=Page[StepOut], summary="Steps for the caller, by due time")
def list_steps(request: HttpRequest, filters: Query[StepFilters]) -> dict[str, Any]:
    refuse_unknown_query(request, StepFilters)
    user, now = caller(request), timezone.now()
    return page_of_rows(
        _steps(user, filters, now), filters, order=("due_at", "id"), shape=lambda step: step_data(step, now)
    )


@router.get("/steps/{step_id}", response=StepOut, summary="One step")
def read_step(request: HttpRequest, step_id: Annotated[Id, Path()]) -> dict[str, Any]:
    return step_data(_find(caller(request), step_id), timezone.now())


@router.post("/steps/{step_id}/tick", response=TickOut, summary="Tick a step", auth=STEPS)
def tick(request: HttpRequest, step_id: Annotated[Id, Path()], payload: TickIn) -> dict[str, Any]:
    """The answer to an op is kept: sent again, it is told again and nothing changes."""
    user = caller(request)
    step = _find(user, step_id)
    if not can_tick(user, step):
        raise PermissionDenied
    outcome = services.tick_step(
        op=payload.op,
        step_id=step.pk,
        wanted=payload.wanted,
        result=payload.result or {},
        note=payload.note,
        device_at=payload.done_at,
        actor=user,
        now=timezone.now(),
        seen=payload.seen,
    )
    done_at = datetime.fromisoformat(outcome.answer["done_at"]) if outcome.answer["done_at"] else None
    return outcome.answer | {"op": payload.op, "step": step.pk, "done_at": local(done_at, step.site.zone)}


@router.get("/steps/{step_id}/files", response=list[FileOut], summary="The photos and signatures of a step")
def list_files(request: HttpRequest, step_id: Annotated[Id, Path()]) -> list[dict[str, Any]]:
    step = _find(caller(request), step_id)
    return [file_data(row, step) for row in step_files(step)]


@router.post("/steps/{step_id}/files", response=FileOut, summary="Add a photo or a signature to a step", auth=STEPS)
def add_file(
    request: HttpRequest, step_id: Annotated[Id, Path()], payload: Form[FileIn], file: File[UploadedFile]
) -> dict[str, Any]:
    """A photo is a JPEG, PNG or WebP of 8 MB at most, a signature a small PNG; both are drawn anew."""
    user = caller(request)
    step = _find(user, step_id)
    if not can_tick(user, step):
        raise PermissionDenied
    refuse_unknown_fields(request, FileIn, ("file",))
    if payload.kind not in StepFile.Kind.values:
        raise ApiProblem(422, errors={"kind": _texts(["unknown_choice"])})
    try:
        picture = photo_of(file) if payload.kind == StepFile.Kind.PHOTO else signature_of(file)
    except ValidationError as exc:
        raise ApiProblem(422, errors={"file": exc.messages}) from exc
    facts = {"kind": payload.kind, "signed_name": payload.signed_name, "picture": picture}
    row = keep_file(op=payload.op, step_id=step.pk, actor=user, now=timezone.now(), **facts)
    return file_data(row, step)


@router.post(
    "/steps/{step_id}/skip", response=StepOut, summary="Settle a step without doing it, with a reason", auth=STEPS
)
def skip(request: HttpRequest, step_id: Annotated[Id, Path()], payload: ReasonIn) -> dict[str, Any]:
    user, now = caller(request), timezone.now()
    if not can_skip(user, _find(user, step_id)):
        raise PermissionDenied
    services.skip_step(step_id=step_id, reason=payload.reason, actor=user, now=now)
    return step_data(_find(user, step_id), now)


@router.post("/steps/{step_id}/take-over", response=StepOut, summary="Take a step over", auth=STEPS)
def take_over(request: HttpRequest, step_id: Annotated[Id, Path()]) -> dict[str, Any]:
    user, now = caller(request), timezone.now()
    if not can_take_over(user, _find(user, step_id)):
        raise PermissionDenied
    services.take_over_step(step_id=step_id, actor=user, now=now)
    return step_data(_find(user, step_id), now)


@router.get("/reminders", response=Page[ReminderOut], summary="Reminders delivered to the caller, by time of delivery")
def list_reminders(request: HttpRequest, filters: Query[ReminderFilters]) -> dict[str, Any]:
    refuse_unknown_query(request, ReminderFilters)
    sent = Reminder.objects.filter(recipient=caller(request), state=Reminder.State.SENT)
    if filters.since:
        sent = sent.filter(sent_at__gte=filters.since)
    rows = sent.select_related("step__item", "step__booking", "step__site")
    return page_of_rows(rows, filters, order=("sent_at", "id"), shape=reminder_fields)


@router.get(
    "/rundown",
    summary="The daily rundown as a PDF, in the caller's language",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"application/pdf": {}}}}},
)
def read_rundown(request: HttpRequest, filters: Query[RundownFilters]) -> HttpResponse:
    """Asked for again while nothing changed, it answers with the same numbered print."""
    refuse_unknown_query(request, RundownFilters)
    user, now = caller(request), timezone.now()
    site = find_site(user, filters.site or None)
    if site is None:
        raise Http404
    if not can_print_rundown(user, site):
        raise PermissionDenied
    on, language = filters.date or site_today(site, now), get_language() or "en"
    try:
        row = current_rundown(site=site, on=on, language=language, actor=user, now=now)
    except PdfUnavailableError as exc:
        return problem(503, str(CHECKLIST_MESSAGES["no_pdf"]) % {"packages": exc})
    with row.file.open("rb") as stored:
        return HttpResponse(stored.read(), content_type="application/pdf")


def reminder_fields(reminder: Reminder) -> dict[str, Any]:
    step, zone = reminder.step, reminder.step.site.zone
    late = (reminder.sent_at - reminder.due_at).total_seconds() if reminder.sent_at else 0
    return {
        "id": reminder.pk,
        "step": step.pk,
        "item": step.item.code,
        "booking": step.booking.ref if step.booking else None,
        "kind": reminder.kind,
        "due_at": local(reminder.due_at, zone),
        "sent_at": local(reminder.sent_at, zone),
        "late_seconds": max(int(late), 0),
        "channel": "app",
        "occurrence": step.round,
    }


def checklist_problem(request: HttpRequest, exc: Any) -> HttpResponse:
    """Refusals of this app's services as problem answers."""
    if isinstance(exc, InvalidTick):
        return invalid({_public_name(name): _texts(codes) for name, codes in exc.errors.items()})
    return problem(409, CHECKLIST_MESSAGES[exc.code], code=exc.code, **exc.params)


def _public_name(name: str) -> str:
    return f"result.{name}" if name in RESULT_FIELDS else name


def _texts(codes: list[str]) -> list[str]:
    return [str(TICK_MESSAGES[code]) for code in codes]


def _steps(user: User, filters: StepFilters, now: datetime) -> QuerySet[Step]:
    if filters.state and filters.state not in {*Step.State.values, LATE}:
        raise ApiProblem(422, errors={"state": _texts(["unknown_choice"])})
    site = find_site(user, filters.site or None)
    if filters.site and site is None:
        return Step.objects.none()
    state = Step.State.OPEN if filters.state == LATE else filters.state
    rows = steps_of(user, mine=filters.mine, day=_day(site, filters), state=state)
    if filters.site:
        rows = rows.filter(site=site)
    return rows.filter(due_at__lt=now) if filters.state == LATE else rows


def _day(site: Site | None, filters: StepFilters) -> tuple[Site, Any] | None:
    return (site, filters.date) if site and filters.date else None


def _find(user: User, step_id: int) -> Step:
    """404 whether it does not exist or is not the caller's to see."""
    step = steps_with_people(steps_visible_to(user)).filter(pk=step_id).first()
    if step is None:
        raise Http404
    return step
