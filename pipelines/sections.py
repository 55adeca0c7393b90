"""What every mapping of pmo.yaml is made of: keys that are known, texts that may come from the environment.

Here: `Section`, `Text`, `Secret` and the error that says what to write. Which keys there are is `pipelines.settings`
and `pipelines.delivery_settings`.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

SETTINGS_FILE = "pmo.yaml"
ENV_REFERENCE = re.compile(r"\$\{([^{}\n]*)\}")


class SettingsError(Exception):
    """pmo.yaml, the folder or the environment is not as it has to be; the message says what to write."""


@dataclass(frozen=True, slots=True)
class EnvText:
    """Text from pmo.yaml in which `${NAME}` stands for an environment variable, looked up by `resolve`.

    Args:
        template: the text as written, `${JIRA_TOKEN}`.
        key: where it stands, `jira[0].auth.token`.
    """

    template: str
    key: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The variables it needs."""
        return tuple(ENV_REFERENCE.findall(self.template))

    def resolve(self) -> str:
        """The text with every variable filled in; SettingsError names the one that is not set."""
        return ENV_REFERENCE.sub(lambda match: self._variable(match[1]), self.template)

    def _variable(self, name: str) -> str:
        value = os.environ.get(name, "")
        if not value:
            raise SettingsError(
                f"environment variable {name}, named at {self.key} in {SETTINGS_FILE}, is not set: "
                f"export it and run again."
            )
        return value

    def __str__(self) -> str:
        return self.template


def _env_text(value: object) -> object:
    return EnvText(value) if isinstance(value, str) else value


def _secret(value: object) -> EnvText:
    if isinstance(value, EnvText):
        return value
    raise PydanticCustomError(
        "plain_secret",
        "a secret must not stand in the file: export it as an environment variable and write ${NAME} here",
    )


def nearest(given: str, known: Iterable[str]) -> str:
    """`; the nearest is 'x'` where one is really near, else nothing."""
    near = difflib.get_close_matches(given, list(known), n=1, cutoff=0.7)
    return f"; the nearest is '{near[0]}'" if near else ""


_AsTemplate = PlainSerializer(lambda value: value.template, return_type=str)
Text = Annotated[EnvText, BeforeValidator(_env_text), _AsTemplate]
Secret = Annotated[EnvText, BeforeValidator(_secret), _AsTemplate]


class Section(BaseModel):
    """A mapping of pmo.yaml: its keys are the model's fields and no others."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True
    )

    @model_validator(mode="before")
    @classmethod
    def _no_unknown_key(cls, value: object) -> object:
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in value if isinstance(value, dict) else ():
            if key not in known:
                raise PydanticCustomError(
                    "unknown_key",
                    "there is no key '{key}' here{near} (known: {known})",
                    {
                        "key": str(key),
                        "near": nearest(str(key), known),
                        "known": ", ".join(known),
                    },
                )
        return value
