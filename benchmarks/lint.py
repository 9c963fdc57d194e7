"""`mscgen lint`, cold, beside `buf lint` on the same service.

Not equal work: buf checks names in a proto, mscgen also types, HTTP, errors, resilience and security.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import specs
from measure import Report, Side, alternate, arguments, mscgen, tool


def main() -> None:
    options = arguments(__doc__ or "")
    report = Report()
    buf = tool("buf")
    sizes = {30: 5, 300: 3} if options.quick else {30: 11, 300: 7, 1000: 3}
    with tempfile.TemporaryDirectory() as temporary:
        for count, rounds in sizes.items():
            folder = Path(temporary, str(count))
            specs.write(specs.spec(count), folder)
            ours = Side("mscgen", [*mscgen(), "lint"], folder)
            theirs = [Side("buf", [buf, "lint"], folder)] if buf else []
            found = alternate([ours, *theirs], rounds)
            if buf:
                report.ratio(f"lint {count} operations", found["mscgen"].cpu, found["buf"].cpu, "buf lint")
            report.value(f"lint {count} operations, CPU", found["mscgen"].cpu, "s", "0.15 s at 30 operations")
    report.close()


if __name__ == "__main__":
    main()
