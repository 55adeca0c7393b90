"""A session that may enter the demo's Jira."""

from __future__ import annotations

import requests

from demo.jira.server import EMAIL, PAT, TOKEN, DemoJira


class Visitor(requests.Session):
    """A session that knows the address and the credentials."""

    def __init__(self, demo: DemoJira) -> None:
        super().__init__()
        self.demo = demo
        self.trust_env = False
        if demo.deployment == "cloud":
            self.auth = (EMAIL, TOKEN)
        else:
            self.headers["Authorization"] = f"Bearer {PAT}"

    def ask(self, path: str, **parameters) -> requests.Response:
        """GET below the API of the deployment's version."""
        return self.get(self.address(path), params=parameters, timeout=5)

    def submit(self, path: str, document) -> requests.Response:
        """POST below the API of the deployment's version."""
        return self.post(self.address(path), json=document, timeout=5)

    def agile(self, path: str, **parameters) -> requests.Response:
        """GET below the agile API."""
        return self.get(f"{self.demo.url}/rest/agile/1.0/{path}", params=parameters, timeout=5)

    def put(self, path: str, document) -> requests.Response:
        """POST to one of the demo's own addresses."""
        return self.post(f"{self.demo.url}/{path}", json=document, timeout=5)

    def address(self, path: str) -> str:
        """Below the API of the deployment's version."""
        return f"{self.demo.url}/rest/api/{3 if self.demo.deployment == 'cloud' else 2}/{path}"
