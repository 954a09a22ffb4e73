"""The log: JSON, a line an event. No line of it holds what a person said, or who they are."""

import logging
import sys
from typing import TextIO

import structlog

_MARKED = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)
_WRITTEN = structlog.processors.JSONRenderer()


def log_to(stream: object, *, quiet: bool = False) -> None:
    """Log as JSON, a line an event. ``quiet`` leaves out all but what an operator must know."""
    structlog.configure(
        processors=[*_MARKED, _WRITTEN],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=stream or sys.stderr),  # type: ignore[arg-type]  # a text stream
        cache_logger_on_first_use=False,
    )


def log_libraries(stream: TextIO) -> None:
    """Have what libraries warn of logged in the same form.

    All but waitress's warning that a request waits for a thread: to wait is what so few of them are for.
    """
    plain = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=[plain, _WRITTEN], foreign_pre_chain=_MARKED)
    )
    logging.basicConfig(handlers=[handler])
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
