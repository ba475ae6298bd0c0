"""A charger's line to its back office on PyPI `ocpp`: connects, registers, and sends one CALL after the other."""

import asyncio
import logging
import time
from collections import deque

from ocpp.exceptions import OCPPError
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

AGAIN_S = 0.4


class Link:
    """`where` is the address, the identity, the version, and what `connect` is given; `port` makes the library's charge point of a connection; `boot` a BootNotification; `accepted(interval)` hears of the end of registration, `back(seconds)` of a line after so long without one."""

    def __init__(self, where, port, boot, accepted, back):
        url, identity, version, credentials = where
        self.address = f"{url}/{identity}"
        self.options = {"subprotocols": [f"ocpp{version}"], "close_timeout": 1, **credentials}
        self.port = port
        self.boot = boot
        self.accepted = accepted
        self.back = back
        self.lost = None
        self.registered = False
        self.needs_boot = True
        self.refused = False
        self.up = False
        self.paused = False
        self.failures = 0
        self.back_off = lambda failures: AGAIN_S
        self.queue = deque()
        self.wake = asyncio.Event()
        self.charge_point = None
        self.websocket = None

    def start(self):
        self.task = asyncio.create_task(self.keep())
        self.pump = asyncio.create_task(self.send_all())

    async def keep(self):
        while True:
            if self.paused:
                await asyncio.sleep(0.05)
                continue
            try:
                async with connect(self.address, **self.options) as websocket:
                    self.websocket = websocket
                    self.failures = 0
                    self.charge_point = self.port(websocket)
                    served = asyncio.create_task(self.charge_point.start())
                    registering = asyncio.create_task(self.register())
                    try:
                        await served
                    except ConnectionClosed:
                        pass
                    except Exception as error:  # What the library can't read ends its loop; the charger dials again.
                        logging.warning("the line is dropped: %r", error)
                    finally:
                        registering.cancel()
            except (OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
                pass
            self.up = False
            self.websocket = None
            self.lost = self.lost or time.monotonic()
            await asyncio.sleep(AGAIN_S if self.needs_boot else self.back_off(self.failures))
            self.failures += 1

    async def register(self):
        while self.needs_boot:
            try:
                answer = await self.charge_point.call(self.boot(), suppress=False)
            except (OCPPError, asyncio.TimeoutError):
                await asyncio.sleep(1)
                continue
            self.refused = answer.status == "Rejected"
            if answer.status == "Accepted":
                self.needs_boot = False
                self.registered = True
                self.accepted(answer.interval)
            else:
                await asyncio.sleep(answer.interval or 1)
        self.up = True
        if self.lost and self.registered:
            self.back(time.monotonic() - self.lost)
        self.lost = None
        self.wake.set()

    def say(self, message, kept=False, then=None):
        """Queues a CALL; what is not kept is lost without a line. `then` gets the answer, or None."""
        if not self.up and not kept:
            if then:
                then(None)
            return
        self.queue.append((message, kept, then))
        self.wake.set()

    def reply(self, messages):
        """Sends what the back office has asked for, however far registration is."""

        async def send():
            for message in messages:
                await self.charge_point.call(message, suppress=False)

        asyncio.create_task(send())

    def waiting(self, transaction_id):
        """True while events of a transaction wait to be sent or answered; of any, where none is named."""
        return any(kept and (not transaction_id or transaction_id in str(message)) for message, kept, _ in self.queue)

    async def ask(self, message):
        answered = asyncio.get_running_loop().create_future()
        self.say(message, then=lambda answer: answered.done() or answered.set_result(answer))
        return await answered

    async def send_all(self):
        while True:
            await self.wake.wait()
            if not self.queue or not self.up:
                self.wake.clear()
                continue
            message, kept, then = self.queue[0]
            try:
                # A message may be made late, of what is known by then.
                answer = await self.charge_point.call(message() if callable(message) else message, suppress=False)
            except OCPPError:
                answer = None
            except (ConnectionClosed, asyncio.TimeoutError):
                self.up = False
                if kept:
                    continue
                answer = None
            self.queue.popleft()
            if then:
                then(answer)

    async def restart(self, seconds, polite=True):
        """Closes the line, stays away for a while, and registers anew."""
        self.paused = True
        self.registered = False
        self.needs_boot = True
        websocket = self.websocket
        if websocket:
            if polite:
                await websocket.close()
            else:
                websocket.transport.abort()
        self.up = False
        await asyncio.sleep(seconds)
        self.paused = False
