"""A pretend API Gateway: requests as events of an HTTP API (payload 2.0), and answers back again.

The shape is AWS's, "Create AWS Lambda proxy integrations for HTTP APIs": header names are in lower case, a body that is no text
comes and goes in base64, and so does sound.
"""

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

HOST = "d111111abcdef8.cloudfront.net"
ORIGIN = "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def event(
    method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the function is called with. The body is JSON in UTF-8, as Alexa's."""
    named = {name.lower(): value for name, value in (headers or {}).items()}
    asked = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": ""}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "host": ORIGIN,
            "content-length": str(len(body)),
            "via": f"1.1 {HOST} (CloudFront)",
            "x-forwarded-for": "192.0.2.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            **named,
        },
        "requestContext": {
            "accountId": "123456789012",
            "stage": "$default",
            "domainName": ORIGIN,
            "http": asked,
        },
        **({"body": body.decode()} if body else {}),
        "isBase64Encoded": False,
    }


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    data: bytes
    size: int
    """Bytes of the function's whole answer, as JSON: of these Lambda takes six million and a bit."""

    def get_data(self, *, as_text: bool = False) -> Any:
        """As Flask's test client has it."""
        return self.data.decode() if as_text else self.data

    @property
    def status_code(self) -> int:
        """Likewise."""
        return self.status


def ask(
    handler: Handler, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Answer:
    """Call the function, through JSON both ways."""
    told = json.dumps(handler(json.loads(json.dumps(event(method, path, body, headers))), None))
    said = json.loads(told)
    data = b64decode(said["body"], validate=True) if said["isBase64Encoded"] else said["body"].encode()
    return Answer(said["statusCode"], said["headers"], data, len(told.encode()))


@dataclass(frozen=True)
class Gateway:
    """The function, asked as Flask's test client is: `tests.echo.Echo` speaks to either."""

    handler: Handler

    def post(self, path: str, data: bytes, headers: Mapping[str, str]) -> Answer:
        return ask(self.handler, "POST", path, data, headers)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return ask(self.handler, "GET", path, headers=headers)

    def head(self, path: str) -> Answer:
        return ask(self.handler, "HEAD", path)
