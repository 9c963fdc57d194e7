"""`python -m order_service`: serves until a signal."""

import sys

from order_service.main import main

if __name__ == "__main__":
    sys.exit(main())
