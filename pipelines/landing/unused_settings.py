"""Keys of pmo.yaml that are accepted and that nothing uses yet: `pmo doctor` says so."""

from __future__ import annotations

from operator import attrgetter

from pipelines.landing.remarks import Remark
from pipelines.settings import SETTINGS_FILE, Settings

UNUSED = ("tax_basis",)
UNUSED_SETTINGS = "every_setting_is_used"


def settings_remarks(settings: Settings) -> list[Remark]:
    """A remark for each key that is set and has no effect."""
    named = [key for key in UNUSED if attrgetter(key)(settings) not in (None, {})]
    return [
        Remark(
            source=SETTINGS_FILE,
            object=key,
            check=UNUSED_SETTINGS,
            detail=f"{key}: is not used yet: it changes nothing.",
        )
        for key in named
    ]
