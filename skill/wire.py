"""HTTP as it arrives: waitress's own reading of it, as strict as RFC 9112, and a last answer that says it is the last."""

import re

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import WSGITask

HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.~!$&'()*+,;=%-]+)(:\d*)?", re.ASCII)
"""What a Host header may be (RFC 3986, section 3.2.2), but not nothing. Waitress joins two of them with a comma and a space."""


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Reads a request: what it does not understand is answered 400, and never a traceback."""

    def received(self, data: bytes) -> int:
        """Take what has arrived, and return how much of it belongs to this request."""
        taken: int = super().received(data)
        if self.error:
            self.expect_continue = False  # what is refused need not be sent
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers.

        Raises:
            ParsingError: something in them is not as it must be.
        """
        try:
            super().parse_header(header_plus)
        except ValueError:  # a length of 5,000 digits, an address that is none
            raise ParsingError("A number or an address in it cannot be read") from None
        if self.version != "1.0" and not HOST.fullmatch(self.headers.get("HOST", "")):
            raise ParsingError("It needs one Host, and a valid one")  # RFC 9112, section 3.2
        if self.proxy_netloc:
            self.headers["HOST"] = (
                self.proxy_netloc
            )  # RFC 9112, section 3.2.2: the address counts, not the header


class Task(WSGITask):  # type: ignore[misc]
    """An answer. While the server is stopping, it is the last on its connection, and says so."""

    def build_response_header(self) -> bytes:
        """The head of the answer."""
        if self.channel.server.stopping:
            self.set_close_on_finish()
        head: bytes = super().build_response_header()
        return head


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection."""

    parser_class = Parser
    task_class = Task

    @property
    def idle(self) -> bool:
        """Whether nothing is asked on it, and nothing is left to send."""
        return not (self.request or self.requests or self.total_outbufs_len)
