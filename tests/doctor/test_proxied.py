"""The doctor through the real nginx and the real Caddy, set up as the README says, with a certificate: at the root of a site, and below a path."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from skill.alexa.verify import HOST as AMAZON
from skill.content.reader import catalogue
from skill.doctor import here
from skill.doctor.finding import Health
from skill.doctor.walk import clip_of, outside, walk
from skill.settings import Settings, prepare
from tests.alexa.signing import SKILL_ID, pem
from tests.doctor.front import HOST, good, leading
from tests.test_proxies import (
    BELOW,
    PROXIES,
    Coach,
    ask,
    audio,
    block,
    coaching,
    running,
    set_up_caddy,
    set_up_nginx,
)
from tests.test_server import free_port

pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
def coach(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coach]:
    with coaching(tmp_path_factory.mktemp("coach"), f"https://{HOST}{BELOW}") as found:
        yield found


def files(folder: Path) -> tuple[Path, Path]:
    """A certificate with its chain, and its key."""
    chain, key = folder / "fullchain.pem", folder / "privkey.pem"
    holders = good()
    chain.write_bytes(pem(*holders))
    key.write_bytes(holders[0].key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return chain, key


def nginx(folder: Path, port: int, behind: int, below: str) -> list[str]:
    chain, key = files(folder)
    server = block("server {").replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    server = re.sub(r"ssl_certificate .*", f"ssl_certificate {chain};", server)
    server = re.sub(r"ssl_certificate_key .*", f"ssl_certificate_key {key};", server)
    return set_up_nginx(folder, server, behind, below)


def caddy(folder: Path, port: int, behind: int, below: str) -> list[str]:
    chain, key = files(folder)
    named = f"https://{HOST}:{port} {{\n    tls {chain} {key}"
    return set_up_caddy(folder, block(f"{HOST} {{").replace(f"{HOST} {{", named, 1), behind, below)


@pytest.mark.parametrize("below", ["", BELOW])
@pytest.mark.parametrize("proxy", [nginx, caddy])
def test_all_is_well_behind_either(coach: Coach, tmp_path: Path, proxy, below: str):
    settings, key = Settings(coach.folder, SKILL_ID, f"https://{HOST}{below}"), prepare(coach.folder)
    content, port = catalogue(), free_port()
    clip = clip_of(content, here.bank_of(settings, content), key)
    with running(tmp_path, proxy(tmp_path, port, coach.port, below), port):
        network = leading({HOST: port, AMAZON: port}, tmp_path / "roots.pem")
        found = {one.link: one for one in outside(settings, key, clip, network)}
    found.pop("Amazon's certificates")  # which that name is not in front of
    assert {one.health for one in found.values()} == {Health.WELL}, [*map(str, found.values())]
    assert {"Certificate", "/alexa", "/audio", "Clock"} < found.keys()


def test_the_whole_walk_from_the_data_folder_to_alexa(coach: Coach, tmp_path: Path):
    port = free_port()
    environ = {
        "BACKBEAT_DATA_DIR": str(coach.folder),
        "BACKBEAT_SKILL_ID": SKILL_ID,
        "BACKBEAT_PUBLIC_URL": f"https://{HOST}{BELOW}/",
    }
    with running(tmp_path, nginx(tmp_path, port, coach.port, BELOW), port):
        network = leading({HOST: port, AMAZON: port}, tmp_path / "roots.pem")
        found = {one.link: one.health for one in walk(environ, coach.port, network)}
    assert found.pop("Wyoming") is not Health.BROKEN  # whatever runs here
    found.pop("Amazon's certificates")  # as above
    assert found == dict.fromkeys(found, Health.WELL)
    assert [*found] == [
        "Python", "Interaction model", "Voice", "Data folder", "Store", f"Port {coach.port}", "Skill id",
        "Public address", "Port 443", "Certificate", "/alexa", "/audio", "Clock",
    ]  # fmt: skip


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_all_that_alexa_is_told_of_is_below_the_path(coach: Coach, tmp_path: Path, proxy: str):
    """Not only the doctor's: a routine, what it plays, and its pictures."""
    port = free_port()
    with running(tmp_path, PROXIES[proxy](tmp_path, port, coach.port, BELOW), port):
        played = audio(coach, port, BELOW)
        assert played.startswith(f"{BELOW}/audio/")
        status, headers, part = ask(port, "GET", played, headers={"Range": "bytes=0-99"})
        assert (status, headers["Content-Type"], len(part)) == (206, "audio/mpeg", 100)
        for picture in ("icon", "background"):
            status, headers, _ = ask(port, "GET", f"{BELOW}/art/{picture}.png")
            assert (status, headers["Content-Type"]) == (200, "image/png")
        assert ask(port, "GET", f"{BELOW}/healthz")[2] == b"ok\n"
        assert ask(port, "GET", "/healthz")[2] != b"ok\n"  # what else there is, is not ours
