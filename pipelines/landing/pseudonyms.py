"""The secret key of a home, and the pseudonyms that persons get under it.

    secrets/pseudonym.key          made at the first refresh, for its owner alone; or `pseudonym_key` of pmo.yaml
    landing/pseudonym_key.json     a fingerprint of the key in use, so that another key is noticed

Here: the key, its fingerprint, and what SQL's macro `pseudonym` computes, too. The key stands in no release, log or
manifest; a fingerprint tells nothing about it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path

from pipelines.settings import SETTINGS_FILE, Home, Settings, SettingsError

ERASED = "erased-"
"""What stands in landing for a text that named an erased person begins so; the pseudonym of that text follows."""

FEWEST_CHARACTERS = 16
_SEPARATOR = "\x1f"
_DIGITS = 32


def pseudonym_key(home: Home, settings: Settings) -> str:
    """The key of the home; the first call makes one.

    Raises:
        SettingsError: the key is not the one that this home has used, is gone, or is too short to be secret.
    """
    key = _known_key(home, settings)
    if key is None:
        _assert_never_used(home)
        key = _make(key_file(home))
    _note_use(home, key)
    return key


def existing_key(home: Home, settings: Settings) -> str | None:
    """The key without making one; None where the home never had any. Raises as `pseudonym_key` does."""
    key = _known_key(home, settings)
    if key is None:
        _assert_never_used(home)
    elif _noted(home) not in (None, fingerprint(key)):
        raise SettingsError(_other_key(home))
    return key


def key_file(home: Home) -> Path:
    """Where the key is, unless pmo.yaml names a variable."""
    return home.secrets / "pseudonym.key"


def fingerprint(key: str) -> str:
    """Tells two keys apart and nothing about either."""
    return hashlib.sha256(f"fingerprint{_SEPARATOR}{key}".encode()).hexdigest()[:_DIGITS]


def pseudonym(key: str, code: str) -> str:
    """The pseudonym of a person's code, 32 hexadecimal digits, as the macro of that name computes it."""
    if code.startswith(ERASED):
        return code.removeprefix(ERASED)
    return _sha256(key + _SEPARATOR + _sha256(key + _SEPARATOR + code))[:_DIGITS]


def placeholder(key: str, text: str) -> str:
    """What stands in landing for a text that named an erased person. Two texts never become one."""
    return text if text.startswith(ERASED) else ERASED + pseudonym(key, text)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _known_key(home: Home, settings: Settings) -> str | None:
    if settings.pseudonym_key is not None:
        key = settings.pseudonym_key.resolve()
        if len(key) < FEWEST_CHARACTERS:
            raise SettingsError(
                f"{SETTINGS_FILE}: pseudonym_key: what {settings.pseudonym_key} holds is shorter than "
                f"{FEWEST_CHARACTERS} characters, so it could be guessed. Make one: `openssl rand -hex 32`."
            )
        return key
    file = key_file(home)
    try:
        return file.read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError(
            f"{file} can't be read ({error}). Give its owner, who refreshes, access."
        ) from None


def _make(file: Path) -> str:
    """A new key, whole or not at all; where two processes make one, the first stands."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(32) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(temporary, file)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    return file.read_text(encoding="ascii").strip()


def _note(home: Home) -> Path:
    return home.landing / "pseudonym_key.json"


def _noted(home: Home) -> str | None:
    file = _note(home)
    return str(json.loads(file.read_text(encoding="utf-8"))["fingerprint"]) if file.is_file() else None


def _note_use(home: Home, key: str) -> None:
    noted = _noted(home)
    if noted is None:
        file = _note(home)
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_suffix(".tmp")
        temporary.write_text(json.dumps({"fingerprint": fingerprint(key)}) + "\n", encoding="utf-8")
        temporary.replace(file)
    elif noted != fingerprint(key):
        raise SettingsError(_other_key(home))


def _assert_never_used(home: Home) -> None:
    if _noted(home) is not None:
        raise SettingsError(
            f"The key of this home's pseudonyms is gone: {key_file(home)} is not there. Restore it from a backup. "
            f"{_start_anew(home)}"
        )


def _other_key(home: Home) -> str:
    return (
        f"The key of this home's pseudonyms is not the one that was used before. Restore {key_file(home)}, or set "
        f"pseudonym_key in {SETTINGS_FILE} as it was. {_start_anew(home)}"
    )


def _start_anew(home: Home) -> str:
    return (
        f"If it is lost for good, delete {_note(home)}: everybody then gets a new pseudonym. Persons who were "
        f"erased have to be erased again: delete erasures.json beside it, too."
    )
