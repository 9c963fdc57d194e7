"""Who may call, what is secret, and where it ends up."""

from mscgen.lint.contract.security import (
    cleartext_url,
    jwt_weak,
    operation_without_auth,
    secret_in_event,
    secret_in_response,
    secret_literal,
    sensitive_error_details,
    sensitive_event_key,
    sensitive_in_url,
    sensitive_unclassified,
    server_field_writable,
    ssrf_url_input,
    wildcard_scope,
)

RULES = (
    cleartext_url.RULE,
    jwt_weak.RULE,
    operation_without_auth.RULE,
    secret_in_event.RULE,
    secret_in_response.RULE,
    secret_literal.RULE,
    sensitive_error_details.RULE,
    sensitive_event_key.RULE,
    sensitive_in_url.RULE,
    sensitive_unclassified.RULE,
    server_field_writable.RULE,
    ssrf_url_input.RULE,
    wildcard_scope.RULE,
)
