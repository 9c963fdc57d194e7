"""`python -m user_service`: serves until a signal."""

import sys

from user_service.main import main

if __name__ == "__main__":
    sys.exit(main())
