"""The outlets of a release beside the files of published/, as pmo.yaml names them: a Postgres, or none.

An outlet follows the files: it is given whatever release stands there, after a publication and after a rollback. One
that fails keeps what it had, and is tried again until it has followed.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.publishing.kept import folder_of
from pipelines.publishing.postgres import load_release, loaded_release
from pipelines.publishing.postgres_session import PostgresError, Target
from pipelines.publishing.swapping import publishing, standing
from pipelines.settings import Home, Settings


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of the outlets.

    `failure` says why Postgres still shows another release, `notes` what is left for somebody to do; `loaded` are the
    marts whose rows went there.
    """

    loaded: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    failure: str | None = None


def postgres_of(settings: Settings) -> Target | None:
    """The Postgres that pmo.yaml names. Raises SettingsError where its variable is not set."""
    dsn = settings.publish.postgres
    return Target(dsn.resolve(), settings.publish.postgres_reader) if dsn else None


def follow(home: Home, settings: Settings, *, anew: bool = False) -> Followed:
    """Gives the release that stands in published/ to every outlet; `anew` all of it, changed or not.

    Raises SettingsError, and PublishError where somebody else publishes for too long.
    """
    target = postgres_of(settings)
    if target is None:
        return Followed()
    with publishing(home.published):
        release = standing(home.published)
        if release is None:
            return Followed(
                failure=f"No whole release stands in {home.published}: Postgres was left as it is."
            )
        try:
            loaded = load_release(folder_of(home.published, release), target, anew=anew)
        except PostgresError as error:
            return Followed(failure=str(error))
    return Followed(loaded.marts, loaded.notes)


def are_in_step(home: Home, settings: Settings) -> bool:
    """Whether every outlet shows the release of published/; one that does not answer is not."""
    target = postgres_of(settings)
    if target is None:
        return True
    release = standing(home.published)
    try:
        return release is not None and loaded_release(target) == release.folder_name
    except PostgresError:
        return False
