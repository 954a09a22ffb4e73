"""The public address: its name, its port, and its certificate as Alexa wants it (platform facts, section 4).

Trusted is what Mozilla's roots vouch for, as certifi has them.
"""

import ipaddress
import socket
import ssl
from contextlib import closing

from cryptography import x509
from cryptography.x509.oid import NameOID

from skill.doctor.finding import Finding, broken, quoted, well
from skill.doctor.network import HTTPS, Network, why

DAY_S = 24 * 60 * 60

EXPIRED, TOO_EARLY = 10, 9
OWN, OWN_ROOT = 18, 19
NO_ISSUER = {2, 20, 21}
ANOTHER_NAME = {62, 64}
"""OpenSSL's reasons for not believing a certificate (X509_V_ERR_…)."""

ADDRESS, PORT, CERTIFICATE = "Public address", f"Port {HTTPS}", "Certificate"
"""The links, as they are called."""

PUBLIC = "use one of a public authority, such as Let's Encrypt"


def address(network: Network, host: str) -> tuple[Finding, bool]:
    """Whether the name leads to addresses that everybody can reach; and whether it leads anywhere."""
    try:
        found = network.resolve(host)
    except (OSError, UnicodeError) as error:
        if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
            return broken(ADDRESS, "no name server answers", "see that this machine is online"), False
        todo = "enter it where your domain is kept, or mend BACKBEAT_PUBLIC_URL; a new name may take an hour"
        return broken(ADDRESS, f"no name server knows {host}", todo), False
    private = [one for one in found if not ipaddress.ip_address(one.partition("%")[0]).is_global]
    if private:
        todo = (
            "have it lead to your public address, since Alexa comes from outside, or use a tunnel if your provider gives you none; "
            "if only your own name server says this, run backbeat doctor from outside"
        )
        seen = f"{host} leads to {', '.join(private)}, which nobody outside can reach"
        return broken(ADDRESS, seen, todo), True
    return well(ADDRESS, f"{host} leads to {', '.join(found)}"), True


def port(network: Network, host: str) -> Finding:
    """Whether somebody listens at port 443."""
    link = PORT
    try:
        network.connect(host, HTTPS, network.patience_s).close()
    except OSError as error:
        return broken(
            link,
            f"{host} is not reached ({why(error, network.patience_s)})",
            f"let port {HTTPS} through the firewall and the router to what speaks https; some routers let nobody in from "
            "inside, so try once from outside",
        )
    return well(link, "reached")


def certificate(network: Network, host: str) -> Finding:
    """Whether it is trusted, for this name, and in date."""
    link = CERTIFICATE
    try:
        with closing(network.secured(host)) as line:
            told = line.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return broken(link, *_distrusted(network, host, error.verify_code))
    except ssl.SSLError as error:
        return broken(link, *_no_handshake(host, error))
    except OSError as error:
        return broken(
            link,
            f"{host} does not speak https ({why(error, network.patience_s)})",
            "see the log of what is in front",
        )
    left = int((ssl.cert_time_to_seconds(str(told["notAfter"])) - network.clock()) // DAY_S)
    return well(link, f"trusted, for {host}, {left} days left, by TLS 1.2")


def _no_handshake(host: str, error: ssl.SSLError) -> tuple[str, str]:
    """What is seen, and what to do, where not even a certificate was shown."""
    reason = error.reason or ""
    if reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}:
        return f"{host} speaks plain http at port {HTTPS}", "have it speak https there: listen 443 ssl"
    if "PROTOCOL" in reason or "HANDSHAKE_FAILURE" in reason:  # an older one answers either, by its ciphers
        return (
            f"{host} speaks no TLS 1.2 as it is spoken today, which Alexa needs",
            "allow it in what is in front, beside 1.3",
        )
    if isinstance(error, ssl.SSLEOFError) or not reason:
        return f"{host} hung up before it showed a certificate", "see the log of what is in front"
    return (
        f"{host} shows no certificate ({quoted(reason.replace('_', ' ').lower())})",
        f"see that what is in front has one for {host}, and its log",
    )


def _distrusted(network: Network, host: str, code: int) -> tuple[str, str]:
    """What is seen, and what to do, by OpenSSL's reason."""
    leaf = _shown(network, host)
    issuer = _name(leaf.issuer) if leaf else "somebody"
    if code == EXPIRED:
        renew = "renew it, and see why that was not done by itself"
        last = leaf.not_valid_after_utc if leaf else None
        if last and last.timestamp() < network.clock():
            return f"it expired on {last.day} {last:%B %Y}", renew
        return "one in its chain has expired", renew
    if code == TOO_EARLY:
        return "it is not valid yet", "see that the clock of this machine is right, or wait"
    if code in ANOTHER_NAME:
        return (
            f"it is for another name ({quoted(', '.join(_names(leaf)) or 'none')})",
            f"get one for {host}, or mend BACKBEAT_PUBLIC_URL",
        )
    if code == OWN:
        return "it is self-signed", f"Alexa plays nothing from there: {PUBLIC}"
    if code == OWN_ROOT:
        return f"it is from an authority of your own ({quoted(issuer)})", f"nobody else trusts it: {PUBLIC}"
    if code in NO_ISSUER:
        return (
            f"incomplete chain: the certificate of who issued it ({quoted(issuer)}) is not sent, and is no public root",
            f"serve the whole chain (fullchain.pem, not cert.pem); if that is an authority of your own, {PUBLIC}",
        )
    return f"it is not trusted (OpenSSL's reason {code})", PUBLIC


def _shown(network: Network, host: str) -> x509.Certificate | None:
    """The certificate that is shown, whatever it is worth."""
    try:
        with closing(network.secured(host, trusting=False)) as line:
            return x509.load_der_x509_certificate(line.getpeercert(binary_form=True) or b"")
    except (OSError, ValueError):
        return None


def _names(leaf: x509.Certificate | None) -> list[str]:
    """Whom a certificate is for."""
    try:
        extensions = leaf.extensions if leaf else x509.Extensions([])
        found = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [*found.get_values_for_type(x509.DNSName)]


def _name(whose: x509.Name) -> str:
    named = whose.get_attributes_for_oid(NameOID.COMMON_NAME) or [*whose]
    return str(named[0].value) if named else "nameless"
