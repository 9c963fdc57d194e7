"""Something that looks like a credential is written into the contract.

## What it checks
No default, example, fallback, documentation text or `x-…` value has the form of a known credential: cloud and Git
hosting keys, payment keys, chat tokens, private keys, signed tokens, addresses with `user:password@`. A default or
example of a field marked `secret` is a placeholder (`changeme`, `***`, `<token>` …) and nothing else.

## Why it matters
The contract is committed, copied into clients, documents and other teams' repositories, and served to anybody who
asks for the OpenAPI document. A key that was in it once has to be replaced.

## Bad
```yaml
operations:
  ConnectShop:
    http: POST /v1/connections
    request:
      database: {type: string(..200), sensitive: secret, example: "postgres://shop:hunter22@db.example.com/shop"}
    idempotency: keyed
```

## Good
```yaml
operations:
  ConnectShop:
    http: POST /v1/connections
    request:
      database: {type: string(..200), sensitive: secret, example: "<your address>"}
    idempotency: keyed
```

## References
- CWE-798, Use of Hard-coded Credentials; OWASP Secrets Management Cheat Sheet
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mscgen.diagnostics import Severity, Span
from mscgen.lint.budget import policies
from mscgen.lint.places import places
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import Sensitivity

# What every match of the pattern below contains: most texts are done with after a look for these.
_MARKS = ("AKIA", "ASIA", "AIza", "gh", "glpat-", "k_live_", "xox", "PRIVATE", "eyJ", "://")
# Every repetition that could start anywhere is bounded, so that a long text takes time in proportion to its length.
_KNOWN = r"""(?x)(?P<cloud>\bAKIA[0-9A-Z]{16}\b|\bASIA[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}\b)
    |(?P<git>\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{40,}|\bglpat-[A-Za-z0-9_-]{20,})
    |(?P<payment>\b[sr]k_live_[0-9A-Za-z]{16,}\b)
    |(?P<chat>\bxox[abposr]-[0-9A-Za-z-]{10,})
    |(?P<private>-----BEGIN\ [A-Z ]{0,30}PRIVATE\ KEY)
    |(?P<signed>\beyJ[A-Za-z0-9_-]{10,500}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10})
    |(?P<address>\b[a-z][a-z0-9+.-]{0,20}://[^\s/:@]{1,100}:(?!\*|<|\{|\$|password@|pass@|secret@)[^\s/@]{3,200}@)"""
_TITLES = {
    "cloud": "a cloud key",
    "git": "a Git hosting token",
    "payment": "a live payment key",
    "chat": "a chat token",
    "private": "a private key",
    "signed": "a signed token",
    "address": "an address with a password",
}
_PLACEHOLDER = (
    r"(?is)\s*|[<\[{$*.-].*|x{3,}.*|your[-_ ].*"
    r"|(change[-_ ]?me|example|placeholder|redacted|secret|password|dummy|test|string)"
)


def check(service: Service) -> Iterator[Finding]:
    for where, span, value in _texts(service):
        title = _known(value)
        if title:
            yield _finding(where, span, title)
    for place in places(service):
        if place.field.sensitive is not Sensitivity.SECRET:
            continue
        for what, literal in (("default", place.field.default), ("example", place.field.example)):
            if isinstance(literal, str) and not re.fullmatch(_PLACEHOLDER, literal) and not _known(literal):
                yield _finding(f"the {what} of {place.title}", place.field.span, "a real secret")


def _known(text: str) -> str:
    """What a text looks like; "" for one that looks like nothing known."""
    if not any(mark in text for mark in _MARKS):
        return ""
    match = re.search(_KNOWN, text)
    return _TITLES[match.lastgroup or ""] if match else ""


def _finding(where: str, span: Span, title: str) -> Finding:
    return Finding(
        span,
        f"{where} looks like {title}",
        "replace it by a placeholder such as `<your key>`; if it is real, revoke it now",
        "committed, copied and served with the documents",
    )


def _texts(service: Service) -> Iterator[tuple[str, Span, str]]:
    """Every free text of the contract: what it is, where, and the text."""
    for place in places(service):
        field = place.field
        texts = (("default", field.default), ("example", field.example), ("documentation", field.doc))
        for what, value in texts:
            if value:
                yield from _strings(f"the {what} of {place.title}", field.span, value)
    for op in service.operations:
        name = op.name.raw
        yield from _strings(f"an example of {name}", op.declared.get("examples", op.span), list(op.examples))
        yield from _strings(f"the documentation of {name}", op.declared.get("doc", op.span), op.doc)
        for key, extension in op.extensions.items():
            yield from _strings(f"{key} of {name}", op.declared.get(key, op.span), extension)
        for branch in op.compose:
            yield from _strings(f"the fallback of {branch.field}", branch.span, branch.value)
    for title, policy in policies(service):
        if policy.fallback is not None and policy.span is not None:
            yield from _strings(f"the fallback of {title}", policy.span, policy.fallback.value)
    yield from _strings("the documentation of the service", service.declared.get("doc", service.span), service.doc)
    for key, kept in service.extensions.items():
        yield from _strings(key, service.declared.get(key, service.span), kept)


def _strings(where: str, span: Span, value: object) -> Iterator[tuple[str, Span, str]]:
    if isinstance(value, str):
        if len(value) > 7:
            yield where, span, value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(where, span, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(where, span, inner)


RULE = Rule("secret-literal", Severity.ERROR, __doc__, check)
