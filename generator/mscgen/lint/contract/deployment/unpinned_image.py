"""The container image is whatever the tag means today.

## What it checks
A `deploy.image` that is written out has a tag other than `latest`, or a digest.

## Why it matters
Two instances of one deployment run different code, a restart at night brings a version that nobody released, and a
rollback rolls back to the same image.

## Bad
```yaml
operations:
  Ping:
    http: GET /v1/ping
deploy:
  image: registry.example.com/shop:latest
```

## Good
```yaml
operations:
  Ping:
    http: GET /v1/ping
deploy:
  image: registry.example.com/shop:1.4.0
```

## References
- Kubernetes, Configuration Best Practices: container images
- kube-linter, latest-tag
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    deployment = service.deployment
    if deployment is None or "image" not in deployment.declared or "@" in deployment.image:
        return
    name, _, tag = deployment.image.rpartition("/")[2].partition(":")
    if tag in ("", "latest"):
        yield Finding(
            deployment.declared["image"],
            f"the image {deployment.image} has no fixed version",
            f"write `{deployment.image.removesuffix(':latest')}:{service.version}`, or leave `image` out",
            f"`{name}` is another image after each build",
        )


RULE = Rule("unpinned-image", Severity.WARNING, __doc__, check)
