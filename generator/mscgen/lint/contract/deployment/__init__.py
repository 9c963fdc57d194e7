"""Replicas, stores, images: what the platform makes of the contract."""

from mscgen.lint.contract.deployment import (
    canary_weight,
    canary_without_mesh,
    single_replica,
    sqlite_with_replicas,
    store_shared,
    unpinned_image,
)

RULES = (
    canary_weight.RULE,
    canary_without_mesh.RULE,
    single_replica.RULE,
    sqlite_with_replicas.RULE,
    store_shared.RULE,
    unpinned_image.RULE,
)
