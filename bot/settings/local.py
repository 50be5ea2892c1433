"""Servers that people run on the same machine, and where they usually listen."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.settings.environment import Variables, web_address
from bot.settings.file import File
from bot.settings.report import Report

VARIABLE = "PARLEY_LOCAL_SERVERS"


@dataclass(frozen=True, slots=True)
class Local:
    """A server as people call it, its usual port, and its wire format."""

    title: str
    port: int
    kind: str = "openai"


LOCAL = {
    "ollama": Local("Ollama", 11434),
    "lmstudio": Local("LM Studio", 1234),
    "llamacpp": Local("llama.cpp", 8080),
    "vllm": Local("vLLM", 8000),
    "g4f": Local("G4F", 1337, "g4f"),
}
"""In the order in which they stand in for one another."""


def place(address: str) -> tuple[str, int]:
    """A web address' host and port; every name of this machine is the same host."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return "localhost" if on_this_machine(host) else host, port


def on_this_machine(host: str) -> bool:
    """Whether a host is loopback by its name or number. `0.0.0.0` reaches it too."""
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return number.is_loopback or number.is_unspecified


def read_local_servers(file: File, variables: Variables, report: Report) -> Mapping[str, str]:
    """Where to look for servers, by name. A name that the file has is the file's."""
    text = variables.text(VARIABLE)
    if text.lower() == "off":
        return {}
    usual = {name: f"http://127.0.0.1:{local.port}" for name, local in LOCAL.items()}
    asked = _listed(text, report) if text else usual
    return {name: address for name, address in asked.items() if name not in file.providers}


def _listed(text: str, report: Report) -> dict[str, str]:
    """What a list of `name=http://127.0.0.1:port` says."""
    found = {}
    for number, entry in enumerate(text.split(","), 1):
        name, _, address = (part.strip() for part in entry.partition("="))
        clean = web_address(address)
        if name not in LOCAL or clean is None:
            report.problem(
                f"{VARIABLE}: entry {number} is not of the form name=http://127.0.0.1:port, "
                f"where the name is one of {', '.join(LOCAL)}; off looks for none."
            )
        elif place(clean)[0] != "localhost":
            report.problem(
                f"{VARIABLE}: entry {number} is no address of this machine, such as http://127.0.0.1:8000; "
                "servers elsewhere are accounts in parley.toml."
            )
        else:
            found[name] = clean.removesuffix("/v1")
    return found
