"""A charger with two connectors that speaks OCPP 1.6: core profile and remote trigger; no authorization cache."""

import asyncio
import re
import time

from ocpp.exceptions import SecurityError
from ocpp.routing import after, on
from ocpp.v16 import ChargePoint, call, call_result
from ocpp.v16.enums import Action

from link import Link
from station16 import now

WATTS = 3680
RESTART_S = 0.5
NUMBER = r"\d{1,9}"
BOOLEAN = r"(?i:true|false)"
MEASURANDS = r"(Energy\.Active\.Import\.Register|Power\.Active\.Import|)(,Power\.Active\.Import)?"

# Name: value, and what it takes; what takes nothing can only be read.
KEYS = {
    "AuthorizeRemoteTxRequests": ("false", BOOLEAN),
    "ClockAlignedDataInterval": ("0", NUMBER),
    "ConnectionTimeOut": ("45", NUMBER),
    "ConnectorPhaseRotation": ("NotApplicable", r".*"),
    "GetConfigurationMaxKeys": ("40", None),
    "HeartbeatInterval": ("900", NUMBER),
    "LocalAuthorizeOffline": ("false", BOOLEAN),
    "LocalPreAuthorize": ("false", BOOLEAN),
    "MeterValuesAlignedData": ("Energy.Active.Import.Register", MEASURANDS),
    "MeterValuesSampledData": ("Energy.Active.Import.Register", MEASURANDS),
    "MeterValueSampleInterval": ("30", NUMBER),
    "NumberOfConnectors": ("2", None),
    "ResetRetries": ("3", NUMBER),
    "StopTransactionOnEVSideDisconnect": ("true", None),
    "StopTransactionOnInvalidId": ("true", BOOLEAN),
    "StopTxnAlignedData": ("", MEASURANDS),
    "StopTxnSampledData": ("", MEASURANDS),
    "SupportedFeatureProfiles": ("Core,RemoteTrigger", None),
    "TransactionMessageAttempts": ("5", NUMBER),
    "TransactionMessageRetryInterval": ("2", NUMBER),
    "UnlockConnectorOnEVSideDisconnect": ("true", None),
}


class Connector:
    def __init__(self, number):
        self.number = number
        self.plugged = self.suspended = self.faulted = self.finished = False
        self.operative, self.closing = True, False
        self.welcome = None
        self.patience = None
        self.session = None
        self.told = None
        self.energy, self.counted = 500.0, time.monotonic()

    def drawing(self):
        return self.session is not None and self.plugged and not self.suspended and not self.faulted and not self.session.held

    def meter(self):
        at = time.monotonic()
        if self.drawing():
            self.energy += WATTS * (at - self.counted) / 3600
        self.counted = at
        return int(self.energy)

    def status(self):
        if self.faulted:
            return "Faulted"
        if self.session:
            if self.session.held:
                return "SuspendedEVSE"
            return "Charging" if self.plugged and not self.suspended else "SuspendedEV"
        if not self.operative:
            return "Unavailable"
        if self.plugged and self.finished:
            return "Finishing"
        return "Preparing" if self.plugged or self.welcome else "Available"


class Session:
    def __init__(self, tag):
        self.tag = tag
        self.number = None
        self.held = False
        self.sampling = None
        self.over = False


class Charger16:
    def __init__(self, url, identity, credentials):
        self.keys = {name: value for name, (value, _) in KEYS.items()}
        self.connectors = {1: Connector(1), 2: Connector(2)}
        self.beating = None
        self.link = Link(
            (url, identity, "1.6", credentials),
            lambda websocket: Port(identity, websocket, self),
            self.boot,
            self.accepted,
            self.back,
        )

    def boot(self):
        return call.BootNotification(
            charge_point_vendor="Reptile", charge_point_model="Two", firmware_version="1.2", charge_point_serial_number="R2"
        )

    def accepted(self, interval):
        self.keys["HeartbeatInterval"] = str(interval)
        self.beat()
        asyncio.get_running_loop().call_later(0.05, self.tell_all)

    def back(self, seconds):
        """What has changed while there was no line is told."""
        for one in self.connectors.values():
            self.tell(one)

    def beat(self):
        if self.beating:
            self.beating.cancel()

        async def beats():
            while int(self.keys["HeartbeatInterval"]):
                await asyncio.sleep(int(self.keys["HeartbeatInterval"]))
                self.link.say(call.Heartbeat())

        self.beating = asyncio.create_task(beats())

    def notify(self, number, status):
        error = "OtherError" if status == "Faulted" else "NoError"
        self.link.say(call.StatusNotification(connector_id=number, error_code=error, status=status))

    def tell_station(self, asked=None):
        """The status of the station as such, where no connector is named."""
        if not asked:
            operative = any(one.operative for one in self.connectors.values())
            self.notify(0, "Available" if operative else "Unavailable")

    def tell_all(self):
        self.tell_station()
        for one in self.connectors.values():
            one.told = None
            self.tell(one)

    def tell(self, one):
        status = one.status()
        if status != one.told and self.link.up:
            one.told = status
            self.notify(one.number, status)

    def values(self, key, one, context):
        rows = {
            "Energy.Active.Import.Register": {"value": str(one.meter()), "unit": "Wh"},
            "Power.Active.Import": {"value": str(WATTS if one.drawing() else 0), "unit": "W"},
        }
        names = [name for name in self.keys[key].split(",") if name]
        return [{"timestamp": now(), "sampledValue": [{"measurand": n, "context": context, **rows[n]} for n in names]}]

    async def sample(self, one, session):
        while not session.over:
            every = int(self.keys["MeterValueSampleInterval"])
            await asyncio.sleep(every or 1)
            if every and not session.over:
                values = self.values("MeterValuesSampledData", one, "Sample.Periodic")
                self.link.say(
                    lambda values=values: call.MeterValues(connector_id=one.number, transaction_id=session.number, meter_value=values),
                    kept=True,
                )

    def begin(self, one):
        if not one.welcome or not one.plugged or one.session or one.faulted:
            return
        one.patience.cancel()
        one.meter()
        session = one.session = Session(one.welcome)
        one.welcome = None
        start = call.StartTransaction(connector_id=one.number, id_tag=session.tag[0], meter_start=one.meter(), timestamp=now())
        self.link.say(start, kept=True, then=lambda answer: self.begun(one, session, answer))

    def begun(self, one, session, answer):
        session.number = answer.transaction_id if answer else -1
        if session.over:
            return
        one.meter()
        session.held = bool(answer) and answer.id_tag_info["status"] != "Accepted"
        if session.held and self.keys["StopTransactionOnInvalidId"].lower() == "true":
            self.end(one, "DeAuthorized")
            return
        session.sampling = asyncio.create_task(self.sample(one, session))
        self.tell(one)

    def end(self, one, reason, tag=None):
        session = one.session
        if session is None:
            return
        one.meter()
        one.session, session.over = None, True
        one.finished = one.plugged
        if session.sampling:
            session.sampling.cancel()
        meter, at = one.meter(), now()
        self.link.say(
            lambda: call.StopTransaction(transaction_id=session.number, meter_stop=meter, timestamp=at, reason=reason, id_tag=tag),
            kept=True,
        )
        if one.closing:
            one.operative, one.closing = False, False
        self.tell(one)

    def admit(self, one, tag):
        one.welcome, one.finished = tag, False
        self.tell(one)

        async def wait():
            await asyncio.sleep(int(self.keys["ConnectionTimeOut"]))
            one.welcome = None
            self.tell(one)

        one.patience = asyncio.create_task(wait())
        self.begin(one)

    async def present(self, one, tag):
        await asyncio.sleep(0.1)
        session = one.session
        if session and session.tag[0].lower() == tag.lower():
            self.end(one, "Local", tag)
            return
        answer = await self.link.ask(call.Authorize(id_tag=tag))
        info = answer.id_tag_info if answer else {"status": "Invalid"}
        if info["status"] != "Accepted":
            return
        group = info.get("parent_id_tag")
        if one.session is None and one.operative:
            self.admit(one, (tag, group))
        elif one.session and group and one.session.tag[1] == group:
            self.end(one, "Local", tag)

    async def remote(self, one, tag):
        if self.keys["AuthorizeRemoteTxRequests"].lower() == "true":
            answer = await self.link.ask(call.Authorize(id_tag=tag))
            if not answer or answer.id_tag_info["status"] != "Accepted":
                return
        self.admit(one, (tag, None))

    async def restart(self, reason):
        for one in self.connectors.values():
            self.end(one, reason)
        for _ in range(40):
            if not self.link.queue:
                break
            await asyncio.sleep(0.05)
        for one in self.connectors.values():
            one.welcome = None
        await self.link.restart(RESTART_S)

    def set_available(self, numbers, operative):
        """Statuses are told before the answer goes out: the standard does not say which comes first."""
        scheduled = False
        for one in numbers:
            if not operative and one.session:
                one.closing = scheduled = True
                continue
            one.operative, one.closing = operative, False
            self.tell(one)
        return "Scheduled" if scheduled else "Accepted"

    # Gestures.

    def at(self, gesture):
        return self.connectors[gesture.get("evseId", 1)]

    def gesture_plugIn(self, gesture):
        one = self.at(gesture)
        one.plugged, one.finished = True, False
        self.tell(one)
        self.begin(one)

    def gesture_plugOut(self, gesture):
        one = self.at(gesture)
        one.meter()
        one.plugged = False
        self.end(one, "EVDisconnected")
        self.tell(one)

    def gesture_presentToken(self, gesture):
        asyncio.create_task(self.present(self.at(gesture), gesture["token"]["idToken"]))

    def change(self, gesture, **state):
        one = self.at(gesture)
        one.meter()
        vars(one).update(state)
        self.tell(one)

    def gesture_evReady(self, gesture):
        self.change(gesture, suspended=False)

    def gesture_evSuspends(self, gesture):
        self.change(gesture, suspended=True)

    def gesture_raiseFault(self, gesture):
        self.change(gesture, faulted=True)

    def gesture_clearFault(self, gesture):
        self.change(gesture, faulted=False)

    def gesture_powerCycle(self, _):
        for one in self.connectors.values():
            self.end(one, "PowerLoss")
            one.welcome = None
        asyncio.create_task(self.link.restart(RESTART_S, polite=False))


class Port(ChargePoint):
    """The library's side: what is answered at once, and what is done after that."""

    def __init__(self, identity, websocket, charger):
        super().__init__(identity, websocket)
        self.charger = charger

    def registered(self):
        if not self.charger.link.registered:
            raise SecurityError(description="not registered")

    @on(Action.get_configuration)
    def on_get_configuration(self, key=None):
        keys = self.charger.keys
        wanted = key or list(keys)
        return call_result.GetConfiguration(
            configuration_key=[
                {"key": name, "readonly": KEYS[name][1] is None, "value": keys[name]} for name in wanted if name in keys
            ],
            unknown_key=[name for name in wanted if name not in keys] or None,
        )

    @on(Action.change_configuration)
    def on_change_configuration(self, key, value):
        if key not in KEYS:
            return call_result.ChangeConfiguration(status="NotSupported")
        takes = KEYS[key][1]
        if takes is None or not re.fullmatch(takes, value):
            return call_result.ChangeConfiguration(status="Rejected")
        self.charger.keys[key] = value
        if key == "HeartbeatInterval":
            self.charger.beat()
        return call_result.ChangeConfiguration(status="Accepted")

    @on(Action.reset)
    def on_reset(self, type):
        return call_result.Reset(status="Accepted")

    @after(Action.reset)
    async def after_reset(self, type):
        asyncio.create_task(self.charger.restart(f"{type}Reset"))

    @on(Action.change_availability)
    def on_change_availability(self, connector_id, type):
        self.registered()
        charger = self.charger
        every = charger.connectors
        if connector_id and connector_id not in every:
            return call_result.ChangeAvailability(status="Rejected")
        numbers = [every[connector_id]] if connector_id else list(every.values())
        status = charger.set_available(numbers, type == "Operative")
        if not connector_id and status == "Accepted":
            charger.notify(0, "Available" if type == "Operative" else "Unavailable")
        return call_result.ChangeAvailability(status=status)

    @on(Action.unlock_connector)
    def on_unlock_connector(self, connector_id):
        self.registered()
        known = connector_id in self.charger.connectors
        return call_result.UnlockConnector(status="Unlocked" if known else "NotSupported")

    @after(Action.unlock_connector)
    async def after_unlock_connector(self, connector_id):
        if connector_id in self.charger.connectors:
            self.charger.end(self.charger.connectors[connector_id], "UnlockCommand")

    def startable(self, connector_id):
        one = self.charger.connectors.get(1 if connector_id is None else connector_id)
        return one if one and one.operative and not (one.session or one.welcome or one.faulted) else None

    @on(Action.remote_start_transaction)
    def on_remote_start(self, id_tag, connector_id=None, **_):
        self.registered()
        one = self.startable(connector_id)
        if one:
            asyncio.get_running_loop().call_later(0.05, lambda: asyncio.create_task(self.charger.remote(one, id_tag)))
        return call_result.RemoteStartTransaction(status="Accepted" if one else "Rejected")

    @on(Action.remote_stop_transaction)
    def on_remote_stop(self, transaction_id):
        self.registered()
        for one in self.charger.connectors.values():
            if one.session and one.session.number == transaction_id:
                asyncio.get_running_loop().call_later(0.05, self.charger.end, one, "Remote")
                return call_result.RemoteStopTransaction(status="Accepted")
        return call_result.RemoteStopTransaction(status="Rejected")

    @on(Action.clear_cache)
    def on_clear_cache(self):
        return call_result.ClearCache(status="Rejected")

    @on(Action.data_transfer)
    def on_data_transfer(self, **_):
        return call_result.DataTransfer(status="UnknownVendorId")

    @on(Action.trigger_message)
    def on_trigger_message(self, requested_message, connector_id=None):
        charger = self.charger
        if connector_id and connector_id not in charger.connectors:
            return call_result.TriggerMessage(status="Rejected")
        ones = [charger.connectors[connector_id]] if connector_id else list(charger.connectors.values())

        def metered(one):
            number = one.session and one.session.number
            values = charger.values("MeterValuesSampledData", one, "Trigger")
            charger.link.say(call.MeterValues(connector_id=one.number, transaction_id=number, meter_value=values))

        deeds = {
            "Heartbeat": lambda: charger.link.say(call.Heartbeat()),
            "StatusNotification": lambda: charger.tell_station(connector_id)
            or [charger.notify(one.number, one.status()) for one in ones],
            "MeterValues": lambda: [metered(one) for one in ones],
        }
        if requested_message == "BootNotification":
            return call_result.TriggerMessage(status="Rejected")
        if requested_message not in deeds:
            return call_result.TriggerMessage(status="NotImplemented")
        asyncio.get_running_loop().call_later(0.05, deeds[requested_message])
        return call_result.TriggerMessage(status="Accepted")
