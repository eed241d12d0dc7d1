"""The SDK is as quiet here as beside the tools alone."""

from tests.line.conftest import _quiet_sdk

__all__ = ["_quiet_sdk"]
