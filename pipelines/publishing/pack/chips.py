"""Statuses and outcomes as the page shows them: a word and a shape, and a colour that only repeats them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Tone = Literal["bad", "warn", "good", "none"]
_TONES: Final[dict[str, Tone]] = {
    "red": "bad",
    "failed": "bad",
    "stale": "bad",
    "breaks": "bad",
    "amber": "warn",
    "warned": "warn",
    "tight": "warn",
    "green": "good",
    "passed": "good",
    "current": "good",
    "holds": "good",
}
_RANKS: Final[dict[Tone, int]] = {"bad": 0, "warn": 1, "none": 2, "good": 3}


@dataclass(frozen=True, slots=True)
class Chip:
    """`tone` names the shape and the colour; `rank` sorts the most urgent first."""

    label: str
    tone: Tone
    rank: int


def chip(value: str) -> Chip:
    """The chip of a status; a word that is none of ours is shown as it is, without a colour."""
    tone = _TONES.get(value, "none")
    return Chip(value.replace("_", " ").capitalize(), tone, _RANKS[tone])
