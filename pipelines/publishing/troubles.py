"""What may be wrong with a refresh or with the data, and when two messages are about the same."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

# What differs between two runs that fail for one cause: moments, ids, addresses in memory, processes, how long, how
# much, which page.
_PASSING = (
    (re.compile(r"\b(GET|POST) \S+ \([^)]*\)"), r"\1"),
    (re.compile(r"\burl: \S+"), "url"),
    (re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?"), "moment"),
    (re.compile(r"\b[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\b"), "id"),
    (re.compile(r"\b0x[0-9a-f]+\b"), "address"),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{12,64}\b"), "id"),
    (re.compile(r"\bpid[ =]\d+\b", re.IGNORECASE), "process"),
    (re.compile(r"\btmp[a-z0-9_]{8}\b"), "temporary"),
    (re.compile(r"\b\d+(\.\d+)? ?(bytes|[KMGT]i?B)\b"), "so much"),
    (re.compile(r"\b\d[\d,]* (rows?|results?|files?|lines?)\b"), "some"),
    (re.compile(r"\b\d+(\.\d+)? (ms|s|seconds?|min|minutes?|h|hours?|days?)\b"), "a while"),
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong: which source or step, and a message with cause and mend.

    `cause` is what makes it the same trouble as before where the message itself says how long it has lasted.
    """

    source: str
    message: str
    cause: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for the same source and cause, whenever and by whichever run it was met."""
        text = self.cause or self.message
        for pattern, word in _PASSING:
            text = pattern.sub(word, text)
        return hashlib.sha256(f"{self.source}\0{' '.join(text.split())}".encode()).hexdigest()[:16]
