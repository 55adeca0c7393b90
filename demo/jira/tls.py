"""A certificate for loopback, made by the `openssl` program; for clients that insist on https."""

from __future__ import annotations

import subprocess
from pathlib import Path


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Certificate and key for localhost and 127.0.0.1, in PEM; made anew where the folder has none.

    The certificate is its own authority: a client trusts it by being given the file.

    Raises:
        FileNotFoundError: `openssl` is not installed.
        subprocess.CalledProcessError: it did not make one.
    """
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    if not certificate.exists():
        folder.mkdir(parents=True, exist_ok=True)
        call = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "3650",
            "-subj",
            "/CN=localhost",
        ]
        call += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        subprocess.run([*call, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key
