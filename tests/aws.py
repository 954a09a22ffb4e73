"""A pretend DynamoDB: moto's, over real HTTP, which refuses or loses an answer when it is told to."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import count
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import boto3
import botocore.session
import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

botocore.session.create_loader = cache(botocore.session.create_loader)
"""What DynamoDB can do is read once a process: a client takes a tenth of a second otherwise."""

NOWHERE = "/dev/null"

UNSET = (
    "AWS_ENDPOINT_URL_DYNAMODB", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION",
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_WEB_IDENTITY_TOKEN_FILE",
)  # fmt: skip
"""What whoever runs the tests may have set up for themselves."""

_NUMBERS = count()
"""Of the tables: all servers of a process have the same ones."""


@dataclass
class Dynamo:
    """A DynamoDB, and how to reach it."""

    url: str = ""
    refusals: list[str] = field(default_factory=list)
    """The names of errors, each of which is the answer to one request."""
    lost: set[str] = field(default_factory=set)
    """Operations whose next answer is lost, once they are done."""
    before: dict[str, Callable[[], object]] = field(default_factory=dict)
    """What happens before the next of an operation, meanwhile."""
    asked: list[str] = field(default_factory=list)
    """The operations that were asked for."""
    _moto: Any = field(default_factory=lambda: DomainDispatcherApplication(create_backend_app))
    _one_by_one: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        self.asked.append(operation)
        if operation in self.before:
            self.before.pop(operation)()
        if self.refusals:
            return answer(start_response, "400 Bad Request", self.refusals.pop(0))
        with self._one_by_one:  # moto looks, and then writes; a DynamoDB does both at once
            done = list(self._moto(environ, start_response))
        if operation in self.lost:
            self.lost.remove(operation)
            return answer(start_response, "500 Internal Server Error", "InternalServerError")
        return done

    @cached_property
    def _operator(self) -> Any:
        """boto3's own client of it."""
        return boto3.session.Session().client(
            "dynamodb",
            endpoint_url=self.url,
            aws_access_key_id="operator",
            aws_secret_access_key="secret",
            region_name="eu-west-1",
        )

    def close(self) -> None:
        self._operator.close()

    def environ(self) -> dict[str, str]:
        """What reaches it, and nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "eu-west-1",
        }

    def at_hand(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make it what this process reaches."""
        alone(monkeypatch)
        for name, value in self.environ().items():
            monkeypatch.setenv(name, value)

    def table(self, key: str = "person", kind: str = "S") -> str:
        """A new table's name."""
        name = f"progress-{next(_NUMBERS)}"
        self._operator.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind}],
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        )
        return name

    def secret(self, text: str) -> str:
        """The ARN of a new secret of Secrets Manager."""
        client = botocore.session.get_session().create_client(
            "secretsmanager",
            endpoint_url=self.url,
            aws_access_key_id="operator",
            aws_secret_access_key="secret",
            region_name="eu-west-1",
        )
        with closing(client):
            arn: str = client.create_secret(Name=f"secret-{next(_NUMBERS)}", SecretString=text)["ARN"]
        return arn

    def items(self, table: str) -> dict[str, dict[str, Any]]:
        """What is in a table, by person."""
        items = self._operator.scan(TableName=table, ConsistentRead=True)["Items"]
        return {item["person"]["S"]: item for item in items}

    def put(self, table: str, **item: dict[str, Any]) -> None:
        """Put an item there, as somebody else would."""
        self._operator.put_item(TableName=table, Item=item)


def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any of the set-up of whoever runs the tests: no region, no credentials, and none to be found."""
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", NOWHERE)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", NOWHERE)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def answer(start_response: StartResponse, status: str, name: str) -> list[bytes]:
    """An error, as DynamoDB words it."""
    start_response(status, [("Content-Type", "application/x-amz-json-1.0")])
    return [json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{name}", "message": "no"}).encode()]


class Quiet(WSGIRequestHandler):
    """It keeps what it is asked to itself, and its connections."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def serving() -> Iterator[Dynamo]:
    """A DynamoDB on a port of its own."""
    dynamo = Dynamo()
    server = make_server("127.0.0.1", 0, dynamo, threaded=True, request_handler=Quiet)
    dynamo.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield dynamo
    finally:
        dynamo.close()
        server.shutdown()
        thread.join()
        server.server_close()
