"""A field that looks personal or secret is not marked as `sensitive`.

## What it checks
A text field whose name ends in `email`, `phone`, `iban`, `ssn`, `passport_number`, `date_of_birth`, `card_number`,
`password`, `api_key`, `access_token` and the like has `sensitive: pii` or `sensitive: secret`.

## Why it matters
The mark is what redacts a field in logs, traces, error details and dead letters, and what follows it across events.
Without it the first debug line puts the value into a log store that is kept for months and read by everybody.

## Bad
```yaml
operations:
  CreateUser:
    http: POST /v1/users
    request: {email: string(3..254)}
    idempotency: keyed
```

## Good
```yaml
operations:
  CreateUser:
    http: POST /v1/users
    request:
      email: {type: string(3..254), sensitive: pii}
    idempotency: keyed
```

## References
- GDPR, articles 4 and 32; PCI DSS 4.0, requirement 3
- OWASP Logging Cheat Sheet: data to exclude
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import Place, places
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import Scalar, Sensitivity

# Last words of a name; a space stands between words.
_PII = """
email|emails|email address|phone|phone number|mobile number|iban|ssn|social security number|national id|passport number|
passport|tax id|date of birth|birth date|birthday|birthdate|card number|credit card|driver license|driving licence|
ip address|bank account|account number|maiden name|home address
"""
_SECRET = """
password|passwd|passphrase|secret|client secret|api key|apikey|access key|secret key|private key|access token|
refresh token|auth token|id token|session token|bearer token|csrf token|session id|cvv|cvc|pin|pin code|otp|
one time code
"""
_KINDS = {
    tuple(name.split()): kind
    for text, kind in ((_PII, Sensitivity.PII), (_SECRET, Sensitivity.SECRET))
    for name in text.replace("\n", "").split("|")
}
_LONGEST = max(map(len, _KINDS))
_TEXTS = frozenset({Scalar.STRING, Scalar.BYTES, Scalar.DATE})


def check(service: Service) -> Iterator[Finding]:
    for place in places(service):
        if place.scalar is None or place.scalar.scalar not in _TEXTS or place.field.sensitive is not None:
            continue
        kind = _kind(place)
        if kind is not None:
            yield Finding(
                place.field.span,
                f"{place.title} looks {'secret' if kind is Sensitivity.SECRET else 'personal'} and is not marked",
                f"write `{place.field.name.raw}: {{type: …, sensitive: {kind.value}}}`",
                "ends up in logs, traces and dead letters",
            )


def _kind(place: Place) -> Sensitivity | None:
    for length in range(min(_LONGEST, len(place.words)), 0, -1):
        kind = _KINDS.get(place.words[-length:])
        if kind is not None:
            return kind
    return None


RULE = Rule("sensitive-unclassified", Severity.WARNING, __doc__, check)
