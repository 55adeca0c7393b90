"""What the doctor finds about the Postgres that a release goes to: that it answers, and what its user may do there."""

from __future__ import annotations

from pipelines.commands.findings import Finding
from pipelines.publishing.release_files import SCHEMA
from pipelines.settings import Settings, SettingsError

SUBJECT = "postgres"
_RIGHTS = f"""
    select current_user, current_setting('server_version'),
        has_database_privilege(current_database(), 'create'),
        to_regnamespace('{SCHEMA}') is not null,
        coalesce(has_schema_privilege(to_regnamespace('{SCHEMA}')::oid, 'create'), false)
"""


def postgres(settings: Settings) -> Finding:
    """Whether the server lets us in, a release could be loaded, and which one it shows; nothing is changed."""
    from pipelines.publishing.kept import PublishError
    from pipelines.publishing.outlets import postgres_of
    from pipelines.publishing.postgres import loaded_release
    from pipelines.publishing.postgres_session import session

    try:
        target = postgres_of(settings)
        assert target is not None
        with session(target, alone=False) as connection:
            row = connection.execute(_RIGHTS).fetchone()
        shown = loaded_release(target)
    except PublishError as error:
        return Finding(SUBJECT, False, f"{settings.publish.postgres}: {error}")
    except SettingsError as error:
        return Finding(SUBJECT, False, str(error))
    assert row is not None
    user, version, may_create, has_schema, may_fill = row
    where = f"{target.place}, Postgres {version.split()[0]}, as {user}"
    if has_schema and not may_fill:
        mend = f"GRANT USAGE, CREATE ON SCHEMA {SCHEMA} TO {user}, or make that user its owner."
        return Finding(SUBJECT, False, f"{where}: it may not create tables in schema {SCHEMA}. {mend}")
    if not has_schema and not may_create:
        mend = f"Let an administrator run CREATE SCHEMA {SCHEMA} AUTHORIZATION {user}."
        return Finding(SUBJECT, False, f"{where}: it may not create schema {SCHEMA}. {mend}")
    standing = f"release {shown}" if shown else "no release yet"
    return Finding(
        SUBJECT, True, f"{where}: login accepted, schema {SCHEMA} can be filled; it shows {standing}"
    )
