"""Reads requests from the wire, lets faults strike, writes each answer at once."""

from __future__ import annotations

import socket
import ssl
import struct
import sys
import time
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo.jira.faults import Fault
from demo.jira.router import Answer, Refused, Request, read_request

if TYPE_CHECKING:
    from demo.jira.server import DemoJira

_LINGER_NOT = struct.pack("ii", 1, 0)
"""Closing sends a reset rather than an end."""


class Listener(ThreadingHTTPServer):
    """Listens on loopback for one `DemoJira`, each connection in a thread of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, demo: DemoJira, port: int, certificate: Path | None, key: Path | None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.demo = demo
        self._tls: ssl.SSLContext | None = None
        if certificate:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate, key)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """The handshake is made in the connection's own thread, so that a slow client holds up nobody."""
        # Without it every page waits some 40 ms for the client's delayed acknowledgement.
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is None:
            super().finish_request(request, client_address)
            return
        with self._tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is its own affair; anything else is a fault of the demo."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError | ssl.SSLError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One connection: reads requests, writes head and body of each answer at once."""

    protocol_version = "HTTP/1.1"
    server: Listener

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the requests are kept in `DemoJira.requests`."""

    def _serve(self) -> None:
        demo = self.server.demo
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            request = read_request(self.command, self.path, body, headers)
        except Refused as refused:
            self._write(refused.answer)
            return
        if request.path.startswith("/__"):
            self._write(demo.answer(request))
            return
        with demo.site.lock:
            demo.requests.append(request)
            fault = next((fault for fault in demo.faults if fault.strikes(request)), None)
        if demo.latency:
            time.sleep(demo.latency)
        self._answer(demo, request, fault)

    def _answer(self, demo: DemoJira, request: Request, fault: Fault | None) -> None:
        if fault is None:
            answer = demo.answer(request)
            demo.run_hooks(request)
            self._write(answer)
            return
        if fault.kind == "drop":
            self._hang_up()
            return
        if fault.kind == "slow":
            time.sleep(fault.seconds)
        answer = fault.spoil(demo.answer(replace(request, most=fault.most())))
        demo.run_hooks(request)
        self._write(answer, cut=fault.kind == "cut", reset=fault.kind == "reset")

    def _write(self, answer: Answer, *, cut: bool = False, reset: bool = False) -> None:
        """Head and body in one write; half of the body and a closed connection where it is cut or reset."""
        content = answer.content()
        headers = {
            "Date": self.date_time_string(),
            "Content-Type": "application/json;charset=UTF-8",
            **answer.headers,
            "Content-Length": str(len(content)),
        }
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.wfile.write(head + (content[: len(content) // 2] if cut or reset else content))
        if cut or reset:
            self._hang_up(reset=reset)

    def _hang_up(self, *, reset: bool = False) -> None:
        self.wfile.flush()
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
            self.connection.close()
            return
        self.connection.shutdown(socket.SHUT_RDWR)
