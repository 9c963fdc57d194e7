"""The TLS files of the settings, tried before anything listens: a wrong one is named by its
setting, which neither ssl nor grpc does."""

from __future__ import annotations

import ssl

from .listen import CannotStart
from .settings import Settings


def check_files(settings: Settings) -> None:
    """Does nothing without TLS. Raises CannotStart."""
    if settings.tls_cert_file is None or settings.tls_key_file is None:
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(settings.tls_cert_file, settings.tls_key_file, password="")
    except (OSError, ValueError) as error:
        names = "TLS_CERT_FILE and TLS_KEY_FILE are not a PEM certificate and its key"
        raise CannotStart(f"{names}: {_reason(error)}") from error
    if settings.tls_client_ca_file is not None:
        try:
            context.load_verify_locations(settings.tls_client_ca_file)
        except OSError as error:
            name = "TLS_CLIENT_CA_FILE is not a PEM certificate"
            raise CannotStart(f"{name}: {_reason(error)}") from error


def _reason(error: OSError | ValueError) -> str:
    """In a few words: OpenSSL's `KEY_VALUES_MISMATCH` as `key values mismatch`."""
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.replace("_", " ").lower()
    return getattr(error, "strerror", None) or str(error)
