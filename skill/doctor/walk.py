"""The walk along the chain, from what is nearest. What needs a link that is broken is not looked at."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from audio.bank import Bank
from skill.coach.exercise import Catalogue
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.wishes import USUAL
from skill.content.reader import catalogue
from skill.doctor import here, ports, public, through
from skill.doctor.finding import Finding, Health, broken, unseen, well
from skill.doctor.network import Network
from skill.doctor.through import Clip, Site
from skill.errors import BackbeatError, SettingsError, VoiceUnusable
from skill.settings import Settings, prepare
from skill.voice.ours import measure
from skill.voice.reels import Excerpt, Reels, Voiced

AFTER = "not looked at before that is mended"


def walk(environ: Mapping[str, str], port: int, network: Network | None = None) -> Iterator[Finding]:
    """What is found of each link, as soon as it is."""
    network = network or Network()
    yield here.python()
    try:
        settings = Settings.read(environ, local=True)
    except SettingsError as error:
        yield broken("Settings", error)
        return
    content, bank, key = None, None, b""
    try:
        content = catalogue()
        yield here.model(content)
    except BackbeatError as error:
        yield broken("Content", error, "backbeat content check says more")
    if content:
        try:
            bank = here.bank_of(settings, content)
            yield here.voice(bank, content)
        except VoiceUnusable as error:
            yield broken("Voice", error)
    try:
        key = prepare(settings.data_dir)
        yield well("Data folder", f"{settings.data_dir}, its key for its owner alone")
    except SettingsError as error:
        yield broken("Data folder", error)
    if key:
        yield here.store(settings)
        yield ports.server(network, port, key)
    yield ports.wyoming(network)
    yield here.skill_id(settings)
    if settings.public_url:
        yield from outside(settings, key, clip_of(content, bank, key), network)
    else:
        yield unseen("Public address", "BACKBEAT_PUBLIC_URL is not set: only needed for your own Echo")


def clip_of(content: Catalogue | None, bank: Bank | None, key: bytes) -> Clip | None:
    """The first exercise, as the server would play it; None where it cannot be."""
    if not (content and bank and key):
        return None
    reels = Reels((Voiced(Edition(content, measure(bank)), bank),), key)
    token = reels.token(Excerpt(Bookmark("", next(iter(content.exercises))), USUAL), content.language)
    if token is None:
        return None
    reel = reels.reel(token)
    return Clip(token, reel.span(0, reel.size))


def outside(settings: Settings, key: bytes, clip: Clip | None, network: Network) -> Iterator[Finding]:
    """The links of the public address, as Alexa comes; each needs the ones before."""
    parts = urlsplit(settings.public_url)
    site = Site(parts.hostname or "", parts.path)
    led, known = public.address(network, site.host)
    yield led
    reached = public.port(network, site.host) if known else unseen(public.PORT, AFTER)
    yield reached
    trusted = public.certificate(network, site.host) if _is(reached) else unseen(public.CERTIFICATE, AFTER)
    yield trusted
    unchanged = through.requests(network, site, key) if _is(trusted) and key else unseen(through.ALEXA, AFTER)
    yield unchanged
    yield through.audio(network, site, clip) if _is(unchanged) and clip else unseen(through.AUDIO, AFTER)
    yield from through.clock(network, site if _is(trusted) else None)


def _is(found: Finding) -> bool:
    return found.health is Health.WELL
