"""Progress in a table of DynamoDB, for more than one machine: one item a person.

    person    the keyed hash; ``damaged#`` before it where a record was set aside
    saved     the progress, as JSON
    revision  which record this is
    expires   when it is to be forgotten, seconds since 1970; only where a time to live was chosen

What was answered a moment ago is in the same table, and always expires:

    person    ``answer#`` and the name of the request
    sealed    the answer; empty while somebody is at it

botocore, which is what boto3 is made of, takes a fifth of a second to import, so it is imported when the first store is made; the
rest of boto3 would take as long again.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog

from skill.errors import Conflict, Damaged, Newer, SettingsError, StoreError
from skill.kept.answers import KEPT_S
from skill.kept.store import Kept, new_revision, read, written
from skill.kept.upgrades import Saved

Item = dict[str, dict[str, str]]
"""As DynamoDB writes it: ``{"person": {"S": "…"}}``."""

log = structlog.get_logger()

CONNECT_S, READ_S, ATTEMPTS = 1, 1, 2
"""How long one call may take, seconds, and how often it is made: a turn makes two of them, in 8 s at most."""

DAY_S = 24 * 60 * 60

CHECK = "check"
"""The key of the item that `DynamoStore.check` writes and deletes: no hash is like it."""

_LIVES = "(attribute_not_exists(#expires) or #expires > :now)"
_SAME = f"#revision = :revision and {_LIVES}"
_NONE = f"attribute_not_exists(#person) or not {_LIVES}"


class DynamoStore:
    """Progress in a table, whose key is ``person``. The region and the credentials are where AWS has them."""

    def __init__(
        self, table: str, keep_days: int | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        """Raises SettingsError if botocore is not installed. ``clock`` gives seconds since 1970."""
        try:
            import botocore.session  # noqa: F401, PLC0415  # see above
        except ImportError:
            raise SettingsError(
                "BACKBEAT_STORE is a table of DynamoDB, which needs botocore: pip install 'backbeat[dynamo]'"
            ) from None
        self.table, self._keep_days, self._clock = table, keep_days, clock
        self._client: Any = None
        self._opening = threading.Lock()

    def load(self, person: str) -> Kept:
        """See `Store`."""
        with self.connected() as client:
            found = client.get_item(TableName=self.table, Key=_key(person), ConsistentRead=True)
            item: Item = found.get("Item", {})
            if not item or self._expired(item):  # DynamoDB takes a day or two to delete what has expired
                return Kept()
            try:
                return read(item["saved"]["S"], _revision(item))
            except Newer as error:  # not ours to overwrite
                raise StoreError(f"progress in {self} was {error}: update this Backbeat") from error
            except (Damaged, KeyError, ValueError):
                self._set_aside(client, item)
                return Kept()

    def save(self, person: str, saved: Saved, revision: int) -> None:
        """See `Store`."""
        item = {
            **_key(person),
            "saved": {"S": written(saved)},
            "revision": {"N": str(new_revision())},
        }
        if self._keep_days:
            item["expires"] = {"N": str(self._now() + self._keep_days * DAY_S)}
        names = {"#expires": "expires"} | ({"#revision": "revision"} if revision else {"#person": "person"})
        values = {":now": {"N": str(self._now())}} | ({":revision": {"N": str(revision)}} if revision else {})
        with self.connected() as client:
            try:
                client.put_item(
                    TableName=self.table,
                    Item=item,
                    ConditionExpression=_SAME if revision else _NONE,
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=values,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except client.exceptions.ConditionalCheckFailedException as error:
                if error.response.get("Item", {}).get("revision") != item["revision"]:
                    raise Conflict from error
                # it is ours: it was written at the first attempt, whose answer was lost

    def forget(self, person: str) -> bool:
        """See `Store`."""
        found = False
        with self.connected() as client:
            for name in (person, _aside(person)):
                deleted = client.delete_item(TableName=self.table, Key=_key(name), ReturnValues="ALL_OLD")
                old = deleted.get("Attributes")
                found = found or (old is not None and not self._expired(old))
        return found

    def check(self) -> None:
        """See `Store`."""
        with self.connected() as client:
            client.get_item(TableName=self.table, Key=_key(CHECK), ConsistentRead=True)
            client.put_item(TableName=self.table, Item=_key(CHECK))
            client.delete_item(TableName=self.table, Key=_key(CHECK))

    def tend(self) -> None:
        """See `Store`: nothing. To look through a table costs by its size; what expires, DynamoDB deletes."""

    def close(self) -> None:
        """See `Store`."""
        with self._opening:
            if self._client:
                self._client.close()
            self._client = None

    def __str__(self) -> str:
        return f"dynamodb://{self.table}"

    def _now(self) -> int:
        return int(self._clock())

    def _expired(self, item: Item) -> bool:
        try:
            return float(item["expires"]["N"]) <= self._now()
        except (KeyError, ValueError):
            return False

    def _set_aside(self, client: Any, item: Item) -> None:
        """Take a damaged record out of the way, if it is still as it was read; whoever forgets finds it there."""
        person = item["person"]["S"]
        same = {f"#{i}": name for i, name in enumerate(item)}
        delete = {
            "TableName": self.table,
            "Key": _key(person),
            "ConditionExpression": " and ".join(f"{alias} = :{alias[1:]}" for alias in same),
            "ExpressionAttributeNames": same,
            "ExpressionAttributeValues": {f":{alias[1:]}": item[name] for alias, name in same.items()},
        }
        put = {"TableName": self.table, "Item": {**item, **_key(_aside(person))}}
        try:
            client.transact_write_items(TransactItems=[{"Delete": delete}, {"Put": put}])
        except client.exceptions.TransactionCanceledException as error:
            raise Conflict from error
        log.warning(
            "a damaged record was set aside", where=f"{self}, under damaged#", what_now="somebody begins anew"
        )

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """The client, made at first use. Whatever goes wrong with it is a StoreError that says what to do."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # see above

        try:
            yield self._client or self._opened()
        except (BotoCoreError, ClientError) as error:
            raise StoreError(f"progress cannot be kept in {self}: {self._advice(error)}") from error

    def _opened(self) -> Any:
        from botocore.config import Config  # noqa: PLC0415  # see above
        from botocore.session import get_session  # noqa: PLC0415

        with self._opening:
            if self._client is None:
                retries = {"mode": "standard", "total_max_attempts": ATTEMPTS}
                config = Config(connect_timeout=CONNECT_S, read_timeout=READ_S, retries=retries)
                self._client = get_session().create_client("dynamodb", config=config)
            return self._client

    def _advice(self, error: Exception) -> str:
        """What is wrong, and what to do about it; nothing that names a person."""
        response: Mapping[str, Any] = getattr(error, "response", None) or {}  # only what AWS refused has one
        code = str(response.get("Error", {}).get("Code", type(error).__name__))
        advice = next((advice for advice, codes in _ADVICE.items() if code in codes), _OTHER)
        return f"{advice.format(table=self.table)} ({code})"


class DynamoAnswers:
    """See `skill.kept.answers.Answers`: in the table of a store."""

    def __init__(self, store: DynamoStore, *, clock: Callable[[], float] = time.time) -> None:
        """``clock`` gives seconds since 1970."""
        self._store, self._clock = store, clock

    def begin(self, name: str) -> bytes | None:
        """See `Answers`."""
        now = int(self._clock())
        with self._store.connected() as client:
            try:
                client.put_item(
                    TableName=self._store.table,
                    Item={**_key(f"answer#{name}"), "expires": {"N": str(now + KEPT_S)}},
                    ConditionExpression=_NONE,
                    ExpressionAttributeNames={"#expires": "expires", "#person": "person"},
                    ExpressionAttributeValues={":now": {"N": str(now)}},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except client.exceptions.ConditionalCheckFailedException as error:
                sealed: bytes = error.response.get("Item", {}).get("sealed", {}).get("B", b"")
                return sealed
        return None

    def keep(self, name: str, sealed: bytes) -> None:
        """See `Answers`."""
        item = {**_key(f"answer#{name}"), "expires": {"N": str(int(self._clock()) + KEPT_S)}}
        with self._store.connected() as client:
            if sealed:
                client.put_item(TableName=self._store.table, Item={**item, "sealed": {"B": sealed}})
            else:
                client.delete_item(TableName=self._store.table, Key=_key(f"answer#{name}"))


_CREATE = (
    "aws dynamodb create-table --table-name {table} --billing-mode PAY_PER_REQUEST "
    "--attribute-definitions AttributeName=person,AttributeType=S --key-schema AttributeName=person,KeyType=HASH"
)

_OTHER = "DynamoDB refused; see that the table is there and active, and try again"

_ADVICE = {
    "no AWS credentials were found: run aws configure, or give this machine a role that may use the table": (
        "NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "ProfileNotFound",
        "MetadataRetrievalError", "SSOTokenLoadError", "UnauthorizedSSOTokenError", "TokenRetrievalError",
        "NoAuthTokenError",
    ),
    "AWS does not take these credentials: make new ones, and run aws configure": (
        "UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException", "InvalidClientTokenId",
        "IncompleteSignature", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
    ),
    "no AWS region is chosen: set AWS_DEFAULT_REGION to the table's, such as eu-west-1": (
        "NoRegionError", "InvalidRegionError",
    ),
    f"there is no such table in this region: make it with {_CREATE}": ("ResourceNotFoundException",),
    f"its key is not person, a string: make another table with {_CREATE}": ("ValidationException",),
    "these credentials may not use it: allow them dynamodb:GetItem, PutItem and DeleteItem on the table": (
        "AccessDeniedException",
    ),
    "it is used more than it may be: make it PAY_PER_REQUEST, or give it more capacity": (
        "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "Throttling",
    ),
    "DynamoDB cannot be reached: see that this machine can open https connections to AWS": (
        "EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError",
        "HTTPClientError", "ConnectionError", "SSLError", "ProxyConnectionError",
    ),
}  # fmt: skip
"""What to do, by what AWS or botocore calls the error."""


def _key(person: str) -> Item:
    return {"person": {"S": person}}


def _revision(item: Item) -> int:
    """Raises ValueError where it is none."""
    if (revision := int(item["revision"]["N"])) < 1:
        raise ValueError
    return revision


def _aside(person: str) -> str:
    return f"damaged#{person}"
