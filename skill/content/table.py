"""What every table of a content file is, as a pydantic model."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of a content file: nothing unknown in it, and nothing guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @classmethod
    def as_modelled(cls, written: Mapping[str, Any]) -> Mapping[str, Any]:
        """What stands in the file, as the model has it."""
        return written
