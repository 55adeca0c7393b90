"""What can go wrong between this program and a source.

    ConnectorError
    ├── SourceUnreachable      no answer within the time allowed, after the retries
    ├── AuthenticationFailed   401, or a login page where data was expected
    │   └── AccessDenied       403: the account is known and may not see this one thing
    ├── RequestRefused         the source answered that the request is wrong (bad JQL, unknown project)
    │   └── NotThere           404 or 410: what was asked for is gone, or never was
    ├── SchemaChanged          the answer has another shape than the one documented
    └── UnreadableFile         a file that is not what its name says, or that no reader opens
        └── UnknownFile        a table of a make that nothing here knows: it needs a layout

Every message names the source, the object or place in it, and what to do next.
"""

from __future__ import annotations


class ConnectorError(Exception):
    """A source could not be read.

    Args:
        message: what happened and where, in one sentence.
        mend: what to do next, in the imperative.
    """

    def __init__(self, message: str, *, mend: str) -> None:
        super().__init__(f"{message} {mend}")
        self.message = message
        self.mend = mend


class SourceUnreachable(ConnectorError):
    """No answer within the time allowed, after the retries."""


class AuthenticationFailed(ConnectorError):
    """The credentials were refused, or a login page came where data was expected."""


class AccessDenied(AuthenticationFailed):
    """The account is known, but may not see what was asked for."""


class RequestRefused(ConnectorError):
    """The source answered that the request itself is wrong."""


class NotThere(RequestRefused):
    """What was asked for is gone, or never was."""


class SchemaChanged(ConnectorError):
    """The answer has another shape than the one documented."""


class UnreadableFile(ConnectorError):
    """The file is not what its name says, or no reader opens it."""


class UnknownFile(UnreadableFile):
    """The file opens, and neither its name nor its header says which table it fills."""
