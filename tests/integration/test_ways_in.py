"""Every way into a system, through real servers: each opens, and each failure says what is wrong."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.fernet import Fernet

from harness.adapters.wire.http import HttpSession
from harness.adapters.wire.kept import KeptSession, SessionStore, kept_secrets
from harness.adapters.wire.ways import TokenAuth, open_session
from harness.config import Config, load
from harness.errors import ConfigError, HarnessError, MissingTool, NotLoggedIn, Refused, Unreachable
from harness.messages import Language, render
from harness.model import Side
from harness.ux import login
from harness.ux.login import log_in
from tests.fakes.doors import HERE, Server, door, forward_proxy

pytestmark = pytest.mark.real_pair

SECRETS = {"KEY": "key-never-shown", "SECRET": "secret-never-shown", "PROXY_PASSWORD": "proxy-never-shown"}
HEAD = 'schema = 1\n[project]\nname = "Doors"\n[target]\nadapter = "database"\nsql = "sqlite:///none"\n'


@dataclass
class Place:
    """A project folder whose source is a server of ours."""

    folder: Path
    environ: dict[str, str] = field(default_factory=lambda: dict(SECRETS))

    def config(self, url: str, settings: str) -> Config:
        """harness.toml with these settings of the source."""
        text = f'{HEAD}[source]\nadapter = "tryton"\nurl = "{url}"\n{settings}\n'
        (self.folder / "harness.toml").write_text(text, encoding="utf-8")
        return load(self.folder / "harness.toml", environ=self.environ)

    def ask(self, url: str, settings: str, path: str = "/", role: str = "me") -> int:
        """The status of one request as the role; nothing of a failure may show a secret."""
        config = self.config(url, settings)
        environment = config.pair[Side.SOURCE]
        try:
            http = open_session(environment, environment.accounts.get(role), timeout=5)
            assert not any(secret in repr((http, environment, config)) for secret in self.environ.values())
            try:
                return http.send("GET", path).status_code
            finally:
                http.close()
        except HarnessError as problem:
            shown = [render(problem.sentence, language) for language in Language]
            shown += ["".join(traceback.format_exception(problem)), repr(problem)]
            assert "never-shown" not in "".join(shown)
            raise


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty project."""
    return Place(tmp_path)


@pytest.fixture
def plain() -> Iterator[Server]:
    """A server that knows one key and one client."""
    with door() as server:
        server.seen.keys.add(SECRETS["KEY"])
        server.seen.clients["harness"] = SECRETS["SECRET"]
        yield server


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    """The CA of one's own."""
    return trustme.CA()


def secured(ca: trustme.CA, *, clients: trustme.CA | None = None, **certificate: Any) -> ssl.SSLContext:
    """What a server of TLS shows, and whether it wants certificates of clients."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(certificate.pop("name", HERE), **certificate).configure_cert(context)
    if clients is not None:
        clients.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def written(folder: Path, name: str, blob: trustme.Blob) -> str:
    blob.write_to_path(folder / name)
    return name


# API keys


@pytest.mark.parametrize("header", ["", 'header = "X-API-Key"'], ids=["bearer", "a header of its own"])
def test_an_api_key_opens(place: Place, plain: Server, header: str) -> None:
    assert place.ask(plain.url, f'[source.accounts.me]\napi_key = "${{KEY}}"\n{header}') == 200


def test_a_revoked_key_is_refused_and_named(place: Place, plain: Server) -> None:
    plain.seen.revoke()
    with pytest.raises(Refused, match=r"\[source.accounts.me\]: the server refuses the api_key"):
        place.ask(plain.url, '[source.accounts.me]\napi_key = "${KEY}"')


# OAuth2


def client(url: str, secret: str = "${SECRET}") -> str:
    account = f'client_id = "harness"\nclient_secret = "{secret}"\ntoken_url = "{url}/token"'
    return f"[source.accounts.me]\n{account}"


@contextmanager
def token_auth(place: Place, url: str, clock: Callable[[], float]) -> Iterator[HttpSession]:
    environment = place.config(url, client(url)).pair[Side.SOURCE]
    http = open_session(environment, environment.accounts["me"])
    way: Any = environment.accounts["me"].way
    http._client.auth = TokenAuth(way, environment, "me", clock)
    yield http
    http.close()


def test_a_client_gets_one_token_for_many_requests(place: Place, plain: Server) -> None:
    with token_auth(place, plain.url, lambda: 0.0) as http:
        assert [http.send("GET", "/").status_code for _ in range(3)] == [200, 200, 200]
    assert len(plain.seen.issued) == 1


def test_a_token_is_renewed_before_it_expires(place: Place, plain: Server) -> None:
    now = [0.0]
    plain.seen.lasting = 100
    with token_auth(place, plain.url, lambda: now[0]) as http:
        for moment, tokens in ((0.0, 1), (60.0, 1), (75.0, 2)):
            now[0] = moment
            assert http.send("GET", "/").status_code == 200
            assert len(plain.seen.issued) == tokens


def test_a_token_that_the_server_forgot_is_renewed(place: Place, plain: Server) -> None:
    with token_auth(place, plain.url, lambda: 0.0) as http:
        http.send("GET", "/")
        plain.seen.revoke()
        assert http.send("GET", "/").status_code == 200
    assert len(plain.seen.issued) == 2


def test_a_wrong_secret_is_refused_and_named(place: Place, plain: Server) -> None:
    place.environ["SECRET"] = "another-never-shown"
    with pytest.raises(Refused, match=r"issues no token \(invalid_client\). Check client_id"):
        place.ask(plain.url, client(plain.url))


# TLS


def test_an_own_ca_is_trusted_only_when_it_is_named(place: Place, ca: trustme.CA) -> None:
    named = f'[source.tls]\nca = "{written(place.folder, "ca.pem", ca.cert_pem)}"'
    other = f'[source.tls]\nca = "{written(place.folder, "other.pem", trustme.CA().cert_pem)}"'
    with door(secured(ca)) as server:
        assert place.ask(server.url, named, "/open") == 200
        for settings in ("", other):
            with pytest.raises(Unreachable, match="signed by a CA that this machine does not trust"):
                place.ask(server.url, settings, "/open")


@pytest.mark.parametrize(
    ("certificate", "said"),
    [
        ({"not_after": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "has expired"),
        ({"name": "other.example"}, "issued for another name"),
    ],
)
def test_a_wrong_certificate_of_the_server_is_named(
    place: Place, ca: trustme.CA, certificate: dict[str, Any], said: str
) -> None:
    named = f'[source.tls]\nca = "{written(place.folder, "ca.pem", ca.cert_pem)}"'
    with door(secured(ca, **certificate)) as server, pytest.raises(Unreachable, match=said):
        place.ask(server.url, named, "/open")


@pytest.mark.parametrize("at", ["[source.tls]", "[source.accounts.me]"], ids=["side", "role"])
def test_a_client_certificate_opens(place: Place, ca: trustme.CA, at: str) -> None:
    own = ca.issue_cert("me@example.org")
    own.private_key_and_cert_chain_pem.write_to_path(place.folder / "me.pem")
    tls = f'[source.tls]\nca = "{written(place.folder, "ca.pem", ca.cert_pem)}"'
    mine = 'certificate = "me.pem"'
    settings = f"{tls}\n{mine}" if at == "[source.tls]" else f"{tls}\n{at}\n{mine}"
    with door(secured(ca, clients=ca)) as server:
        assert place.ask(server.url, settings, "/open") == 200


@pytest.mark.parametrize("own", ["none", "of another CA", "expired"])
def test_without_the_right_client_certificate_it_stays_shut(place: Place, ca: trustme.CA, own: str) -> None:
    settings = f'[source.tls]\nca = "{written(place.folder, "ca.pem", ca.cert_pem)}"'
    if own != "none":
        expired = {"not_after": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)} if own == "expired" else {}
        mine = (trustme.CA() if own == "of another CA" else ca).issue_cert("me@example.org", **expired)
        mine.private_key_and_cert_chain_pem.write_to_path(place.folder / "me.pem")
        settings += '\ncertificate = "me.pem"'
    refused = pytest.raises(Unreachable, match="refuses the client certificate, or wants one")
    with door(secured(ca, clients=ca)) as server, refused:
        place.ask(server.url, settings, "/open")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('ca = "nothing.pem"', "nothing.pem holds no certificate"),
        ('certificate = "nothing.pem"', "client certificate .*nothing.pem cannot be used"),
    ],
)
def test_a_file_without_a_certificate_is_named(place: Place, settings: str, said: str) -> None:
    (place.folder / "nothing.pem").write_text("nothing")
    with pytest.raises(ConfigError, match=said):
        place.ask("https://127.0.0.1:1", f"[source.tls]\n{settings}")


# The proxy


def test_requests_go_through_the_proxy(place: Place, plain: Server, ca: trustme.CA) -> None:
    tls = f'[source.tls]\nca = "{written(place.folder, "ca.pem", ca.cert_pem)}"'
    with forward_proxy() as proxy, door(secured(ca)) as server:
        assert place.ask(plain.url, f'proxy = "{proxy.url}"', "/open") == 200
        assert place.ask(server.url, f'proxy = "{proxy.url}"\n{tls}', "/open") == 200
        assert proxy.seen.passed_on == [f"{plain.url}/open", server.url.removeprefix("https://")]


def test_a_proxy_may_want_a_login(place: Place, plain: Server, ca: trustme.CA) -> None:
    tls = f'[source.tls]\nca = "{written(place.folder, "ca.pem", ca.cert_pem)}"'
    with forward_proxy() as proxy, door(secured(ca)) as server:
        proxy.seen.proxy_login = f"me:{SECRETS['PROXY_PASSWORD']}"
        with_login = proxy.url.replace("//", "//me:${PROXY_PASSWORD}@")
        for url, settings in ((plain.url, ""), (server.url, tls)):
            assert place.ask(url, f'proxy = "{with_login}"\n{settings}', "/open") == 200
            with pytest.raises(Unreachable, match=f"The proxy {proxy.url} refuses"):
                place.ask(url, f'proxy = "{proxy.url}"\n{settings}', "/open")


def test_a_proxy_that_is_down_is_named(place: Place, plain: Server) -> None:
    with socket.create_server((HERE, 0)) as free:
        down = f"http://{HERE}:{free.getsockname()[1]}"
    with pytest.raises(Unreachable, match=f"The proxy {down} gave no usable answer"):
        place.ask(plain.url, f'proxy = "{down}"', "/open")
    assert plain.seen.requests == []


# The session of a browser


def kept(place: Place, plain: Server, hours: int) -> SessionStore:
    environment = place.config(plain.url, "[source.accounts.me]\nbrowser = true").pair[Side.SOURCE]
    cookie = {"name": "session", "value": SECRETS["KEY"], "domain": HERE, "path": "/"}
    until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)
    store = SessionStore.of_user()
    store.keep(environment, "me", KeptSession({"cookies": [cookie]}, until))
    return store


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own, so that no key of the user is touched."""
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "HARNESS_SESSION_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def test_a_kept_session_opens_and_lies_encrypted(place: Place, plain: Server, own_home: None) -> None:
    store = kept(place, plain, 1)
    assert place.ask(plain.url, "[source.accounts.me]\nbrowser = true") == 200
    files = [path for path in (*store.folder.iterdir(), store.key_file) if path.is_file()]
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert not any(SECRETS["KEY"].encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize(("hours", "ended"), [(-1, False), (1, True)], ids=["expired", "ended by the server"])
def test_a_session_that_is_over_says_what_to_run(
    place: Place, plain: Server, own_home: None, hours: int, ended: bool
) -> None:
    kept(place, plain, hours)
    if ended:
        plain.seen.revoke()
    with pytest.raises(NotLoggedIn, match="Run: harness login source --role me"):
        place.ask(plain.url, "[source.accounts.me]\nbrowser = true")


PERSON = '[source.login]\nentry = "session"\n[source.accounts.me]\nbrowser = true'


def test_a_person_logs_in_once_and_later_runs_are_in(place: Place, plain: Server, own_home: None) -> None:
    """A real browser; the button is pressed in the person's place."""
    environment = place.config(plain.url, PERSON).pair[Side.SOURCE]
    with pytest.raises(NotLoggedIn, match="Nobody has logged in to the source as 'me'"):
        place.ask(plain.url, PERSON)
    session = log_in(
        environment,
        "me",
        f"{plain.url}/login",
        headless=True,
        seconds=30,
        act=lambda page: page.click("button"),
    )
    SessionStore.of_user().keep(environment, "me", session)
    assert place.ask(plain.url, PERSON) == 200
    assert SECRETS["KEY"] in set(kept_secrets([environment]))


def test_who_does_not_log_in_in_time_is_told(place: Place, plain: Server, own_home: None) -> None:
    environment = place.config(plain.url, PERSON).pair[Side.SOURCE]
    with pytest.raises(NotLoggedIn, match="Nobody was logged in to the source in time"):
        log_in(environment, "me", f"{plain.url}/login", headless=True, seconds=2)


def test_without_a_browser_it_says_what_to_install(
    place: Place, plain: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "find_browser", lambda *_, **__: None)
    environment = place.config(plain.url, PERSON).pair[Side.SOURCE]
    with pytest.raises(MissingTool, match=r"playwright install chromium|apt-get install -y chromium"):
        log_in(environment, "me", plain.url, headless=True)


@pytest.mark.parametrize("what", ["the session", "the key"])
def test_what_others_can_read_is_not_used(place: Place, plain: Server, own_home: None, what: str) -> None:
    store = kept(place, plain, 1)
    path = store.key_file if what == "the key" else next(store.folder.iterdir())
    path.chmod(0o644)
    with pytest.raises(ConfigError, match=r"Others can read .* Run: chmod 600"):
        place.ask(plain.url, "[source.accounts.me]\nbrowser = true")


def test_a_session_kept_with_another_key_says_what_to_run(
    place: Place, plain: Server, own_home: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(place, plain, 1)
    monkeypatch.setenv("HARNESS_SESSION_KEY", Fernet.generate_key().decode())
    with pytest.raises(NotLoggedIn, match=r"kept with another key\. Run: harness login source"):
        place.ask(plain.url, "[source.accounts.me]\nbrowser = true")
