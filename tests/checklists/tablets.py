"""A tablet as the server sees it: an identity, a sequence, and events signed by somebody's hand."""

import json
from datetime import datetime
from itertools import count
from uuid import uuid4

from django.test import Client

from checklists.tablet_keys import Hand, hand_of, signature_of
from staff.models import User
from tests.checklists.pages import signed_in


class Tablet:
    def __init__(self, user: User, now: datetime) -> None:
        self.device, self.numbers = str(uuid4()), count(1)
        self.hand, self.client = hand_of(user, now), signed_in(user)

    def event(self, kind: str, *, at: datetime, hand: Hand | None = None, fields=None, **frame) -> dict:
        body = {"op": str(uuid4()), "kind": kind, "device": self.device, "sequence": next(self.numbers)}
        body |= {"at": at.isoformat(), "fields": fields or {}} | frame
        return sealed(json.dumps(body), hand or self.hand)

    def tick(self, step, *, at: datetime, **more) -> dict:
        return self.event("tick", at=at, step=step.pk, **more)

    def send(self, *events, client: Client | None = None, sent_at: datetime | None = None) -> list[dict]:
        data = {"events": events} | ({"sent_at": sent_at.isoformat()} if sent_at else {})
        answer = (client or self.client).post("/tablet/events/", data, content_type="application/json")
        assert answer.status_code == 200, answer.content
        return answer.json()["verdicts"]


def sealed(body: str, hand: Hand) -> dict:
    return {"who": hand.word, "body": body, "sign": signature_of(hand.key, body)}


def op_of(event: dict) -> str:
    return json.loads(event["body"])["op"]
