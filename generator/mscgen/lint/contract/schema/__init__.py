"""Types and fields: what a value may be."""

from mscgen.lint.contract.schema import (
    enum_placeholder_value,
    epoch_timestamp,
    float_money,
    id_overflow,
    single_value_enum,
    unbounded_input,
    unitless_duration,
    unused_error,
    unused_type,
)

RULES = (
    enum_placeholder_value.RULE,
    epoch_timestamp.RULE,
    float_money.RULE,
    id_overflow.RULE,
    single_value_enum.RULE,
    unbounded_input.RULE,
    unitless_duration.RULE,
    unused_error.RULE,
    unused_type.RULE,
)
