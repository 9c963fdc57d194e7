"""mscgen: one service contract in, a running microservice out."""

__version__ = "0.2.0"
