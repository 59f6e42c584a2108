"""A line between a browser and the product that breaks as lines in a building do."""

import http.client
import socket
import threading
from collections import Counter
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from urllib.parse import urlsplit

EVENTS = "/tablet/events/"
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class FaultProxy:
    """`cut`: this share of answers to events is lost after the server took them; `replays`: each comes so often.

    `instead` (status, headers, body) answers everything in the place of the server, as a guest network does.
    """

    def __init__(self, target: str, seed: int = 1) -> None:
        self.target = urlsplit(target).netloc
        self.random, self.lock, self.count = Random(seed), threading.Lock(), Counter()
        self.cut, self.replays = 0.0, 1
        self.instead: tuple[int, dict[str, str], bytes] | None = None
        handler = type("Handler", (Handler,), {"proxy": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def loses_answer(self) -> bool:
        with self.lock:
            return self.random.random() < self.cut


class Handler(BaseHTTPRequestHandler):
    proxy: FaultProxy
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        self.pass_on()

    def do_POST(self) -> None:
        self.pass_on()

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.proxy.instead:
            self.put_in_place(*self.proxy.instead)
            return
        is_event = self.command == "POST" and self.path.startswith(EVENTS)
        try:
            for _ in range(self.proxy.replays - 1 if is_event else 0):
                with closing(self.upstream()) as upstream:
                    self.asked(upstream, body).read()
                self.proxy.count["replayed"] += 1
            with closing(self.upstream()) as upstream, self.asked(upstream, body) as answer:
                if is_event and self.proxy.loses_answer():
                    answer.read()
                    self.hang_up("cut")
                else:
                    self.answer_with(answer)
        except (OSError, http.client.HTTPException):
            self.hang_up("broken")

    def put_in_place(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in (headers | {"Content-Length": str(len(body)), "Connection": "close"}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def upstream(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.proxy.target, timeout=60)

    def asked(self, upstream: http.client.HTTPConnection, body: bytes) -> http.client.HTTPResponse:
        upstream.request(self.command, self.path, body or None, dict(self.headers.items()))
        return upstream.getresponse()

    def answer_with(self, answer: http.client.HTTPResponse) -> None:
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        # Piece by piece: the stream of news never ends.
        while piece := answer.read1(65536):
            self.wfile.write(piece)
            self.wfile.flush()

    def hang_up(self, why: str) -> None:
        self.proxy.count[why] += 1
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_arguments: object) -> None:
        pass
