"""A headless Chromium, spoken to over its DevTools protocol: https://chromedevtools.github.io/devtools-protocol/.

A profile of its own in a folder that is thrown away, and no network: whatever a page asks for is told, and refused.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
LIMIT_S = 60.0
"""For what must come to an end; it is never needed."""
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-port=0",
)


def browser() -> str | None:
    """Where it is; None if there is none."""
    return os.environ.get("FLOWC_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


class Page:
    """One page. `requests` are the addresses it has asked for, `faults` what the browser or a script complained of."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.requests: list[str] = []
        self.faults: list[str] = []
        self._socket = socket
        self._session: str | None = None
        self._number = 0
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._loaded = asyncio.Event()

    async def listen(self) -> None:
        async for message in self._socket:
            told = message.json()
            if "id" in told:
                self._waiting.pop(told["id"]).set_result(told)
            else:
                self._happens(told["method"], told["params"])

    def _happens(self, method: str, told: dict[str, Any]) -> None:
        match method:
            case "Network.requestWillBeSent":
                self.requests.append(told["request"]["url"])
            case "Page.loadEventFired":
                self._loaded.set()
            case "Runtime.exceptionThrown":
                self.faults.append(str(told["exceptionDetails"]))
            case "Log.entryAdded":
                self.faults.append(f"{told['entry']['level']}: {told['entry']['text']}")
            case "Page.javascriptDialogOpening":
                self.faults.append(f"a dialog: {told['message']}")

    async def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command of the protocol, and its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        self._waiting[self._number] = answer = asyncio.get_running_loop().create_future()
        await self._socket.send_json(message)
        told = await asyncio.wait_for(answer, LIMIT_S)
        assert "error" not in told, told
        result: dict[str, Any] = told["result"]
        return result

    async def attach(self) -> None:
        target = await self.do("Target.createTarget", url="about:blank")
        attached = await self.do("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.do(f"{domain}.enable")

    async def look(self, *, width: int = 1400, height: int = 1000, dark: bool = False, calm: bool = True) -> None:
        """How large the window is, and what its reader likes."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self.do("Emulation.setDeviceMetricsOverride", **size)
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"},
        ]
        await self.do("Emulation.setEmulatedMedia", features=features)

    async def open(self, path: Path, fragment: str = "") -> None:
        self._loaded.clear()
        await self.do("Page.navigate", url="about:blank")
        await asyncio.wait_for(self._loaded.wait(), LIMIT_S)
        self.requests.clear()
        self._loaded.clear()
        await self.do("Page.navigate", url=f"{path.as_uri()}{fragment}")
        await asyncio.wait_for(self._loaded.wait(), LIMIT_S)

    async def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression, or of what it promises."""
        told = await self.do("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    async def press(self, key: str, *, shift: bool = False) -> None:
        """A key, as somebody types it."""
        text = {"Enter": "\r", " ": " "}.get(key)
        code, number = _CODES.get(key, key), _NUMBERS[key]
        of_key = {"key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": 8 * shift}
        await self.do("Input.dispatchKeyEvent", type="keyDown", **of_key, **({"text": text} if text else {}))
        await self.do("Input.dispatchKeyEvent", type="keyUp", **of_key)

    async def screenshot(self) -> bytes:
        """What is seen, as PNG."""
        told = await self.do("Page.captureScreenshot", format="png")
        return base64.b64decode(told["data"])


_CODES = {" ": "Space"}
_NUMBERS = {"Tab": 9, "Enter": 13, " ": 32, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowRight": 39}


@asynccontextmanager
async def page(program: str, profile: Path) -> AsyncIterator[Page]:
    """A browser with one page, which is over with it."""
    command = [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        address = await asyncio.wait_for(_address(process), LIMIT_S)
        async with aiohttp.ClientSession() as session, session.ws_connect(address, max_msg_size=0) as socket:
            shown = Page(socket)
            listening = asyncio.create_task(shown.listen())
            try:
                await shown.attach()
                await shown.look()
                yield shown
            finally:
                listening.cancel()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    """As it says itself; whatever else it says is passed over."""
    assert process.stderr is not None
    said = b""
    async for line in process.stderr:
        if found := re.match(rb"DevTools listening on (ws://\S+)", line):
            return found[1].decode()
        said += line
    raise AssertionError(f"the browser did not begin: {said.decode('utf-8', 'replace')}")
