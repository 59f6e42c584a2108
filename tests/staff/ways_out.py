"""Chat rooms and push services of this machine, and the keys of a browser."""

import base64
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from staff.channels.addresses import read_address
from staff.channels.push import Browser
from staff.services.channels import add_own_channel, add_site_channel, register_browser

SECRET_PART = "key-nobody-may-read"


class FakeRoom:
    """Answers every message alike and keeps what it was sent."""

    def __init__(self, status=200, body=b"{}", headers=None, delay=None):
        self.status, self.body, self.headers, self.delay = status, body, headers or {}, delay
        self.paths, self.messages = [], []
        self.port = 0


@contextmanager
def fake_room(**answer):
    room = FakeRoom(**answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            room.paths.append(self.path)
            room.messages.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            if room.delay:
                room.delay.wait(20)
            self.send_response(room.status)
            for name, value in room.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(room.body)))
            self.end_headers()
            self.wfile.write(room.body)

        # A redirect is followed by either.
        do_GET = do_POST  # noqa: N815 - the name is the server's

        def log_message(self, *_args):
            """Says nothing between the lines of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    room.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield room
    finally:
        if room.delay:
            room.delay.set()
        server.shutdown()
        server.server_close()
        thread.join()


def said(room):
    """The last message of a JSON address, as its title and body."""
    message = json.loads(room.messages[-1])
    return message["title"], message["message"]


def encoded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def browser_at(endpoint="https://push.example.com/1"):
    point = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    return Browser(
        endpoint, encoded(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)), encoded(b"a" * 16)
    )


def chat_of(user, now, url=f"jsons://chat.example.com/{SECRET_PART}", name="Mine"):
    return add_own_channel(actor=user, name=name, address=read_address(url), now=now)


def room_of(site, actor, now, kinds=("late",), url=f"jsons://chat.example.com/{SECRET_PART}", **fields):
    facts = {"name": "Group", "language": "en", "address": read_address(url)} | fields
    return add_site_channel(site=site, kinds=list(kinds), actor=actor, now=now, **facts)


def registered(user, now, endpoint="https://push.example.com/1", label="Chrome"):
    return register_browser(actor=user, browser=browser_at(endpoint), label=label, now=now)
