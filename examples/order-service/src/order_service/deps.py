"""What handlers find as `ctx.deps`: opened before the first call, closed after the last."""

from order_service.book import OrderBook
from order_service.gen.runtime.settings import Settings as BaseSettings


class Settings(BaseSettings):
    """Settings of your own: each field is the environment variable of its name in capitals."""


class Deps:
    """Clients, pools, repositories."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.orders = OrderBook()

    async def start(self) -> None:
        """Opens what needs opening; the service is not ready before this returns."""

    async def close(self) -> None:
        """Lets go of it, after the last call."""
