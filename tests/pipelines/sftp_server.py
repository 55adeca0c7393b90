"""An SFTP server over one folder, run as a process of its own: `python sftp_server.py FOLDER USER PASSWORD`.

It prints its port and its host key, then serves until it is ended. Only what reading needs is there.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path

import paramiko


class Login(paramiko.ServerInterface):
    """One user with a password."""

    def __init__(self, user: str, password: str) -> None:
        self._known = (user, password)

    def check_auth_password(self, username: str, password: str) -> int:
        """Whether it is that user."""
        good = (username, password) == self._known
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """Sessions, which carry SFTP."""
        return (
            paramiko.OPEN_SUCCEEDED if kind == "session" else paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
        )


class OpenFile(paramiko.SFTPHandle):
    """A file that is being read."""

    def stat(self) -> paramiko.SFTPAttributes:
        """Of the open file."""
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class Files(paramiko.SFTPServerInterface):
    """The files of the folder, to be listed and read."""

    root = Path()

    def _real(self, path: str) -> Path:
        return self.root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        """What lies in a folder, links not followed, as OpenSSH answers."""
        try:
            return [
                paramiko.SFTPAttributes.from_stat(file.lstat(), file.name)
                for file in self._real(path).iterdir()
            ]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        """Of what a link leads to."""
        try:
            return paramiko.SFTPAttributes.from_stat(self._real(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def lstat(self, path: str) -> paramiko.SFTPAttributes | int:
        """Of a link itself."""
        try:
            return paramiko.SFTPAttributes.from_stat(self._real(path).lstat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        """For reading; nothing is ever written."""
        if flags & (os.O_WRONLY | os.O_RDWR):
            return int(paramiko.SFTP_PERMISSION_DENIED)
        try:
            stream = self._real(path).open("rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        handle = OpenFile(flags)
        handle.readfile = stream
        return handle


def _serve(connection: socket.socket, key: paramiko.PKey, user: str, password: str) -> None:
    transport = paramiko.Transport(connection)
    transport.add_server_key(key)
    transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files)
    transport.start_server(server=Login(user, password))


def main(folder: str, user: str, password: str) -> None:
    """Serves until the process is ended."""
    Files.root = Path(folder)
    key = paramiko.RSAKey.generate(2048)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], key.get_name(), key.get_base64(), flush=True)  # noqa: T201
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_serve, args=(connection, key, user, password), daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
