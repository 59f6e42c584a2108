"""Deliveries that did not arrive, in words: to whom, which way, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from staff.models import Delivery, User
from staff.selectors import deliveries_in_trouble

ErrorClass = Delivery.ErrorClass
SAID_BY_OTHERS = (ErrorClass.NO_ANSWER, ErrorClass.REFUSED, ErrorClass.OTHER)


@dataclass(frozen=True)
class DeliveryLine:
    delivery: Delivery
    recipient: str
    address: str
    why: str
    is_failed: bool


def lines_of(deliveries: Iterable[Delivery]) -> list[DeliveryLine]:
    return [
        DeliveryLine(
            each, recipient_of(each), address_of(each), why_of(each), is_failed=each.state == Delivery.State.FAILED
        )
        for each in deliveries
    ]


def failed_lines(user: User, *, most: int) -> list[DeliveryLine]:
    return lines_of(deliveries_in_trouble(user).filter(state=Delivery.State.FAILED)[:most])


def recipient_of(delivery: Delivery) -> str:
    """A person, or the group whose room it is."""
    if delivery.notice:
        return delivery.notice.recipient.get_full_name()
    return delivery.target.name if delivery.target else ""


def address_of(delivery: Delivery) -> str:
    """Enough to set it right: the mail address, the service of a chat, the name of a browser."""
    if delivery.channel == Delivery.Channel.MAIL and delivery.notice:
        return delivery.notice.recipient.email
    if delivery.target:
        return delivery.target.hint
    return delivery.subscription.label if delivery.subscription else ""


def why_of(delivery: Delivery) -> str:
    """The class of error in the reader's language, with the other side's own words where it said any."""
    label = str(delivery.get_error_class_display())  # type: ignore[no-untyped-call]
    if delivery.error_class in SAID_BY_OTHERS and delivery.last_error:
        return f"{label}: {delivery.last_error}"
    return label or delivery.last_error
