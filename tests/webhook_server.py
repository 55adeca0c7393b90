"""A real HTTP server that takes what is posted, and answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What to say to one request; `after` seconds."""

    status: int = 200
    body: str = "ok"
    headers: dict[str, str] = field(default_factory=dict)
    after: float = 0.0


@dataclass
class Channel:
    """What was posted, and the answers still to give; then 200 `ok`, called HTML as Slack does."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    posted: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def webhook_server() -> Iterator[Channel]:
    """A server that listens until the block ends; `url` is without a path."""
    channel = Channel()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            channel.posted.append(json.loads(body))
            channel.paths.append(self.path)
            self.answer(channel.answers.pop(0) if channel.answers else Answer())

        def do_HEAD(self) -> None:
            self.answer(Answer(404, ""))

        def answer(self, answer: Answer) -> None:
            time.sleep(answer.after)
            try:
                self.send_response(answer.status)
                for name, value in {"Content-Type": "text/html", **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body.encode())
            except (BrokenPipeError, ConnectionResetError):
                return

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    channel.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield channel
    finally:
        server.shutdown()
        server.server_close()
