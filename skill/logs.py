"""The log: JSON, a line an event. No line of it holds what a person said, or who they are."""

import logging
import sys

import structlog


def log_to(stream: object, *, quiet: bool = False) -> None:
    """Log as JSON, a line an event. ``quiet`` leaves out all but what an operator must know."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=stream or sys.stderr),  # type: ignore[arg-type]  # a text stream
        cache_logger_on_first_use=False,
    )
