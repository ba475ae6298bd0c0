"""
A small back office on PyPI `ocpp` and `websockets`:
csms.py --ocpp 1.6|2.0.1 [--security-profile N] [--password TEXT] [--pki DIR]
"""

import argparse
import asyncio
import logging
import signal

import ocpp.v16.call
import ocpp.v201.call
from ocpp.charge_point import camel_to_snake_case, remove_nones, serialize_as_dict, snake_to_camel_case
from ocpp.exceptions import OCPPError
from ocpp.messages import Call, validate_payload
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from admission import Admission, identity_of, tls_of
from authority import Authority
from books import Books
from control import start_control
from station16 import Station16
from station201 import Station201

VERSIONS = {"1.6": (Station16, ocpp.v16.call), "2.0.1": (Station201, ocpp.v201.call)}

# Short: the reply to the trigger waits for the station this long, so that nobody who awaits it is held up.
WAIT_FOR_ANSWER_S = 0.2

books = Books()
stations = {}
outstanding = {}


async def serve_station(websocket, station_class):
    identity = identity_of(websocket.request.path)
    station = station_class(identity, websocket, books)
    stations[identity] = station
    try:
        await station.start()
    except ConnectionClosed:
        pass
    finally:
        if stations.get(identity) is station:
            del stations[identity]
        outstanding.pop(station, None)


async def place(station, message):
    """Sends one CALL and waits for its answer; gives what the control API says about it."""
    try:
        response = await station.call(message, suppress=False)
    except asyncio.TimeoutError:
        return {"status": "sent"}
    except ConnectionClosed:
        return {"status": "sent"}
    except OCPPError as error:
        return {"status": "answered", "error": {"code": error.code, "description": error.description}}
    return {"status": "answered", "response": payload_of(response)}


def payload_of(message):
    return remove_nones(snake_to_camel_case(serialize_as_dict(message)))


async def call(version, own_version, identity, action, payload, admission):
    station = stations.get(identity) if version == own_version else None
    if station is None:
        return 404, {"error": "station not connected"}
    try:
        message = getattr(VERSIONS[version][1], action)(**camel_to_snake_case(payload))
        await validate_payload(Call("", action, payload_of(message)), version)
    except (AttributeError, TypeError, OCPPError) as error:
        return 422, {"error": str(error)}
    # The answer to the CALL before can be in the other socket's buffer.
    before = outstanding.get(station)
    if before and not before.done():
        await asyncio.wait([before], timeout=WAIT_FOR_ANSWER_S)
        if not before.done():
            return 409, {"error": "a CALL is outstanding"}

    async def placing():
        answer = await place(station, message)
        admission.note(identity, action, payload, answer)
        return answer

    placed = asyncio.create_task(placing())
    outstanding[station] = placed
    await asyncio.wait([placed], timeout=WAIT_FOR_ANSWER_S)
    return 200, placed.result() if placed.done() else {"status": "sent"}


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ocpp", choices=VERSIONS, default="1.6")
    parser.add_argument("--security-profile", type=int, choices=range(4), default=0)
    parser.add_argument("--password")
    parser.add_argument("--pki")
    args = parser.parse_args()
    version = args.ocpp
    if args.pki:
        books.authority = Authority(args.pki)
    admission = Admission(args.security_profile, args.password, books)
    station_class, _ = VERSIONS[version]
    loop = asyncio.get_running_loop()
    ended = loop.create_future()
    loop.add_signal_handler(signal.SIGTERM, ended.set_result, None)
    server = await serve(
        lambda websocket: serve_station(websocket, station_class),
        "127.0.0.1",
        0,
        subprotocols=[f"ocpp{version}"],
        process_request=admission.check,
        ssl=tls_of(args.security_profile, args.pki),
        close_timeout=1,
    )
    control = start_control(
        loop, books, lambda named, identity, action, payload: call(named, version, identity, action, payload, admission)
    )
    scheme = "wss" if args.security_profile >= 2 else "ws"
    print(f"ready ocpp {scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/ocpp", flush=True)
    print(f"ready control {control}", flush=True)
    await ended
    server.close()


logging.basicConfig(level=logging.WARNING)
asyncio.run(main())
