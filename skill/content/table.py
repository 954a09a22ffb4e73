"""What every table of a content file is, as a pydantic model."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from skill.errors import ContentError


@contextmanager
def mistakes_in(file: str) -> Iterator[None]:
    """While a file of TOML is read through its model: what is wrong with it is a ContentError, each line with the file and the field."""
    try:
        yield
    except OSError as error:
        raise ContentError((f"{file}: cannot be read ({error.strerror})",)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ContentError((f"{file}: is not TOML: {error}",)) from error
    except ValidationError as error:
        raise ContentError(
            tuple(
                f"{file}: {'.'.join(str(part) for part in one['loc'])}: {one['msg']}"
                for one in error.errors(include_url=False)
            )
        ) from error


class Table(BaseModel):
    """A table of a content file: nothing unknown in it, and nothing guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @classmethod
    def as_modelled(cls, written: Mapping[str, Any]) -> Mapping[str, Any]:
        """What stands in the file, as the model has it."""
        return written
