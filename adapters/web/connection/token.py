"""The web chat's token, the link that carries it, and the sessions that it is exchanged for."""

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import quote

from itsdangerous import BadData, URLSafeTimedSerializer

SESSION_SECONDS = 30 * 24 * 3600


def web_token(data: Path, given: str = "") -> str:
    """The token that opens the web chat: `given`, or a random one kept owner-only in `data`/web-token."""
    if given:
        return given
    path = data / "web-token"
    if path.exists() and (kept := path.read_text("utf-8").strip()):
        return kept
    token = secrets.token_urlsafe(32)
    handle, temporary = tempfile.mkstemp(dir=data)  # owner-only; its name changes when it is whole
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{token}\n")
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
    return token


def link(host: str, port: int, token: str) -> str:
    """The address to open in a browser on this machine."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104  # bound to, not binding
    return f"http://{name}:{port}/?token={quote(token, safe='')}"


def same(given: str, expected: str) -> bool:
    """Compare secrets in a time that tells nothing of where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


class Sessions:
    """Signed cookies. Their key comes from the token: a restart keeps them, another token ends them all."""

    def __init__(self, token: str) -> None:
        self._key = hashlib.sha256(b"parley web session\0" + token.encode()).digest()
        self._signer = URLSafeTimedSerializer(
            self._key, salt="parley.session", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def issue(self) -> str:
        """A new session's cookie."""
        return str(self._signer.dumps(secrets.token_urlsafe(16)))

    def csrf(self, cookie: str) -> str:
        """The token that unsafe requests of this session carry; empty when the cookie is not a session."""
        try:
            session = str(self._signer.loads(cookie, max_age=SESSION_SECONDS))
        except BadData:
            return ""
        return hmac.new(self._key, b"csrf\0" + session.encode(), hashlib.sha256).hexdigest()
