"""Who may enter, and the gateway through which a service account comes in.

Cloud: e-mail and token; a service account's bearer token below `/ex/jira/{cloudId}`. Data Center: a personal access
token, or a user name with its password.
"""

from __future__ import annotations

import base64

from demo.jira.fields import Deployment
from demo.jira.router import Answer, Request

EMAIL = "pmo@demo.example"
TOKEN = "demo-token"
PAT = "demo-pat"
SERVICE_TOKEN = "demo-service-token"
CLOUD_ID = "5f0c2a8e-0000-4000-8000-000000000001"
GATEWAY = f"/ex/jira/{CLOUD_ID}"
USER = "alice"

UNAUTHORISED = Answer(
    document={"message": "Client must be authenticated to access this resource.", "status-code": 401},
    status=401,
    headers={"WWW-Authenticate": 'OAuth realm="https%3A%2F%2Fjira.demo.example"'},
)


def _basic(name: str) -> str:
    return f"Basic {base64.b64encode(f'{name}:{TOKEN}'.encode()).decode()}"


def without_gateway(path: str, deployment: Deployment) -> str:
    """The path behind the gateway; the path itself where it does not come through it."""
    return path.removeprefix(GATEWAY) if deployment == "cloud" else path


def may_enter(request: Request, path: str, deployment: Deployment) -> bool:
    """Whether the credentials are good for `path`, which is the request's behind the gateway."""
    if path.startswith("/__") or path.endswith("/serverInfo"):
        return True
    given = request.headers.get("authorization")
    if path != request.path:
        return given in (f"Bearer {SERVICE_TOKEN}", _basic(EMAIL))
    if deployment == "cloud":
        return given == _basic(EMAIL)
    return given in (f"Bearer {PAT}", _basic(USER), _basic(EMAIL))
