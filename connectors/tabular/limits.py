"""How large a file may be, and how long and with how much memory it may be read: `limits:` in pmo.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from connectors.errors import UnreadableFile

MAX_COLUMNS: Final = 16_384
"""What spreadsheet programs have; a CSV file or JSON with more is none that people made."""
_LEAST_SECONDS: Final = 8
_SECONDS_A_MB: Final = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file of the inbox may ask for; whatever asks for more is refused.

    `max_unpacked_mb` and `max_ratio` hold for the parts of a workbook, which is a zip archive. `max_cells` counts rows
    times columns from A1 to the farthest value. A workbook is read in a process of its own, which may use
    `max_memory_mb` of address space and at most `max_seconds`; small files are given less time.
    """

    max_unpacked_mb: int = 500
    max_ratio: int = 100
    max_cells: int = 20_000_000
    max_seconds: int = 120
    max_memory_mb: int = 1024

    def seconds_for(self, size: int) -> int:
        """How long a workbook of `size` bytes may take."""
        return min(self.max_seconds, _LEAST_SECONDS + size * _SECONDS_A_MB // 1_000_000)

    def refusal(self, message: str, setting: str, mend: str) -> UnreadableFile:
        """The refusal of a file that asks for more than `setting` allows.

        Args:
            message: what it asks for, without the full stop.
            mend: what to do about the file, in the imperative and without the full stop.
        """
        return UnreadableFile(
            f"{message}; limits.{setting} allows {getattr(self, setting):,}.",
            mend=f"{mend}, or raise limits: {{{setting}: …}} in pmo.yaml.",
        )


DEFAULT_LIMITS: Final = Limits()
