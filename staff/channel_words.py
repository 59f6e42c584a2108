"""A chat address as a list shows it: its service and hint, never the address, and how the last test went."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from rooms.dates import format_moment
from rooms.text import listed
from staff.channels.addresses import SERVICES
from staff.channels.outcomes import Outcome
from staff.languages import NATIVE_NAMES
from staff.messages import OUTCOME_WORDS
from staff.models import Channel
from staff.notice_kinds import NoticeKind


@dataclass(frozen=True)
class ChannelLine:
    channel: Channel
    service: str
    kinds: str
    language: str
    tested_at: str
    outcome: str
    is_good: bool


def channel_lines(channels: Iterable[Channel], zone: ZoneInfo) -> list[ChannelLine]:
    return [line_of(channel, zone) for channel in channels]


def line_of(channel: Channel, zone: ZoneInfo) -> ChannelLine:
    return ChannelLine(
        channel=channel,
        service=SERVICES.get(channel.service, channel.service),
        kinds=listed(kind.label for kind in NoticeKind if kind in channel.kinds),
        language=NATIVE_NAMES.get(channel.language, ""),
        tested_at=format_moment(channel.tested_at, zone) if channel.tested_at else "",
        outcome=str(OUTCOME_WORDS.get(channel.outcome, "")),
        is_good=channel.outcome == Outcome.SENT,
    )
