"""
A small charger on PyPI `ocpp` and `websockets`:
charger.py --ocpp 1.6|2.0.1 --url URL --id ID [--security-profile N] [--password TEXT] [--pki DIR]
"""

import argparse
import asyncio
import json
import logging
import signal
import ssl
from base64 import b64encode

from charger16 import Charger16
from charger201 import Charger201

CHARGERS = {"1.6": Charger16, "2.0.1": Charger201}


async def serve_gesture(charger, reader, writer):
    """One POST with a gesture as JSON: 204, or 501 where the charger has no such gesture."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.split("content-length:")[1].split("\r\n")[0])
    gesture = json.loads(await reader.readexactly(length))
    make = getattr(charger, f"gesture_{gesture['gesture']}", None)
    if make:
        make(gesture)
    status = "204 No Content" if make else "501 Not Implemented"
    writer.write(f"HTTP/1.1 {status}\r\nconnection: close\r\n\r\n".encode())
    await writer.drain()
    writer.close()


def credentials_of(args):
    """What `connect` of the library is given to show, and to trust."""
    shown = {}
    if args.password is not None:
        token = b64encode(f"{args.id}:{args.password}".encode()).decode()
        shown["additional_headers"] = {"Authorization": f"Basic {token}"}
    if args.security_profile >= 2:
        context = shown["ssl"] = ssl.create_default_context(cafile=f"{args.pki}/ca.pem")
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if args.security_profile == 3:
            own = f"{args.pki}/stations/{args.id}"
            context.load_cert_chain(f"{own}.pem", f"{own}.key")
    return shown


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ocpp", choices=CHARGERS, default="1.6")
    parser.add_argument("--url", default="ws://127.0.0.1:9000")
    parser.add_argument("--id", default="CP01")
    parser.add_argument("--security-profile", type=int, choices=range(4), default=0)
    parser.add_argument("--password")
    parser.add_argument("--pki")
    args = parser.parse_args()
    ended = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set_result, None)
    charger = CHARGERS[args.ocpp](args.url, args.id, credentials_of(args))
    server = await asyncio.start_server(lambda r, w: serve_gesture(charger, r, w), "127.0.0.1", 0)
    charger.link.start()
    print(f"ready control http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await ended


logging.basicConfig(level=logging.ERROR)
asyncio.run(main())
