"""A charger with two EVSEs that speaks OCPP 2.0.1; its transactions run from cable in to cable out."""

import asyncio
import time
import uuid

from ocpp.exceptions import SecurityError
from ocpp.routing import after, on
from ocpp.v201 import ChargePoint, call, call_result
from ocpp.v201.enums import Action

from link import Link
from station16 import now
from variables201 import Variables

WATTS = 3680
RESTART_S = 0.5


class Evse:
    def __init__(self, number):
        self.number = number
        self.plugged = self.suspended = self.faulted = False
        self.operative, self.closing = True, False
        self.welcome = None
        self.patience = None
        self.session = None
        self.told = None
        self.energy, self.counted = 500.0, time.monotonic()

    def state(self):
        if not self.plugged:
            return "Idle"
        if not self.session or not self.session.token:
            return "EVConnected"
        return "SuspendedEV" if self.suspended else "Charging"

    def meter(self):
        at = time.monotonic()
        if self.session and self.session.state == "Charging":
            self.energy += WATTS * (at - self.counted) / 3600
        self.counted = at
        return int(self.energy)

    def status(self):
        if self.faulted:
            return "Faulted"
        if self.session is None and not self.operative:
            return "Unavailable"
        return "Occupied" if self.plugged else "Available"


class Session:
    """A transaction; `token` while somebody may charge, `why` when nobody may any more."""

    def __init__(self):
        self.id = str(uuid.uuid4())
        self.seq = 0
        self.token = None
        self.group = None
        self.why = None
        self.state = "EVConnected"
        self.sampling = None


class Charger201:
    def __init__(self, url, identity, credentials):
        self.variables = Variables()
        self.evses = {1: Evse(1), 2: Evse(2)}
        self.beating = None
        self.reason = "PowerUp"
        self.resetting = False
        self.link = Link(
            (url, identity, "2.0.1", credentials),
            lambda websocket: Port(identity, websocket, self),
            self.boot,
            self.accepted,
            self.back,
        )
        self.link.back_off = self.back_off

    def back_off(self, failures):
        """Seconds: doubled with each failure, so often as it is set."""
        least, most = (
            int(self.variables["OCPPCommCtrlr", f"RetryBackOff{name}"]) for name in ("WaitMinimum", "RepeatTimes")
        )
        return least * 2 ** min(failures, most)

    def boot(self):
        about = {"vendor_name": "Reptile", "model": "Two", "serial_number": "R2", "firmware_version": "1.2"}
        return call.BootNotification(charging_station=about, reason=self.reason)

    def accepted(self, interval):
        self.variables.rows["OCPPCommCtrlr", "HeartbeatInterval"]["value"] = str(interval)
        self.beat()
        asyncio.get_running_loop().call_later(0.05, self.tell_all)

    def back(self, seconds):
        """Away for longer than the threshold: every status is told (B04.FR.01); else what has changed."""
        for one in self.evses.values():
            if seconds > int(self.variables["OCPPCommCtrlr", "OfflineThreshold"]):
                one.told = None
            self.tell(one)

    def beat(self):
        if self.beating:
            self.beating.cancel()

        async def beats():
            while int(self.variables["OCPPCommCtrlr", "HeartbeatInterval"]):
                await asyncio.sleep(int(self.variables["OCPPCommCtrlr", "HeartbeatInterval"]))
                self.link.say(call.Heartbeat())

        self.beating = asyncio.create_task(beats())

    def notify(self, one):
        self.link.say(
            call.StatusNotification(
                timestamp=now(), connector_status=one.status(), evse_id=one.number, connector_id=1
            )
        )

    def tell_all(self):
        for one in self.evses.values():
            one.told = None
            self.tell(one)
            if one.plugged and one.session is None and one.operative:
                self.begin(one)

    def tell(self, one):
        if one.status() != one.told and self.link.up:
            one.told = one.status()
            self.notify(one)

    def values(self, one, controller, name, context):
        if not self.variables[controller, name]:
            return None
        sample = {"value": one.meter(), "measurand": "Energy.Active.Import.Register", "context": context}
        return [{"timestamp": now(), "sampled_value": [{**sample, "unit_of_measure": {"unit": "Wh"}}]}]

    def event(self, one, kind, trigger, values=None, token=None, **info):
        session = one.session
        session.state = one.state()
        event = call.TransactionEvent(
            event_type=kind,
            timestamp=now(),
            trigger_reason=trigger,
            seq_no=session.seq,
            transaction_info={"transaction_id": session.id, "charging_state": session.state, **info},
            offline=None if self.link.up else True,
            evse={"id": one.number, "connector_id": 1} if kind == "Started" else None,
            meter_value=values,
            id_token=token,
        )
        session.seq += 1
        self.link.say(event, kept=True, then=lambda answer: self.heard(one, session, answer))

    def heard(self, one, session, answer):
        info = answer and answer.id_token_info
        if info and info["status"] != "Accepted" and one.session is session and session.token:
            self.deny(one, "Deauthorized", "DeAuthorized")

    def begin(self, one):
        session = one.session = Session()
        values = self.values(one, "SampledDataCtrlr", "TxStartedMeasurands", "Transaction.Begin")
        if not one.welcome:
            self.event(one, "Started", "CablePluggedIn", values)
            return
        token, group, remote = one.welcome
        one.welcome = None
        one.patience.cancel()
        session.token, session.group = token, group
        if remote is None:
            self.event(one, "Started", "CablePluggedIn", values, token)
        else:
            self.event(one, "Started", "RemoteStart", values, token, remote_start_id=remote)
        self.sampled(one)

    def sampled(self, one):
        session = one.session

        async def sample():
            while one.session is session:
                every = int(self.variables["SampledDataCtrlr", "TxUpdatedInterval"])
                await asyncio.sleep(every or 1)
                if every and one.session is session:
                    values = self.values(one, "SampledDataCtrlr", "TxUpdatedMeasurands", "Sample.Periodic")
                    self.event(one, "Updated", "MeterValuePeriodic", values)

        session.sampling = asyncio.create_task(sample())

    def allow(self, one, token, group, remote):
        """Somebody may charge: the transaction goes on with that, or the cable is waited for."""
        if one.session:
            one.meter()
            one.session.token, one.session.group, one.session.why = token, group, None
            if remote is None:
                self.event(one, "Updated", "Authorized", token=token)
            else:
                self.event(one, "Updated", "RemoteStart", token=token, remote_start_id=remote)
            self.sampled(one)
            return
        one.welcome = (token, group, remote)

        async def wait():
            await asyncio.sleep(int(self.variables["TxCtrlr", "EVConnectionTimeOut"]))
            one.welcome = None

        one.patience = asyncio.create_task(wait())

    def deny(self, one, trigger, why, token=None):
        """Nobody may charge any more; the transaction goes on until the cable is out."""
        one.meter()
        session = one.session
        session.token, session.why = None, why
        if session.sampling:
            session.sampling.cancel()
        self.event(one, "Updated", trigger, token=token)

    def end(self, one, trigger, why):
        session = one.session
        one.meter()
        if session.sampling:
            session.sampling.cancel()
        values = self.values(one, "SampledDataCtrlr", "TxEndedMeasurands", "Transaction.End")
        self.event(one, "Ended", trigger, values, stopped_reason=session.why or why)
        one.session = None
        if one.closing:
            one.operative, one.closing = False, False
        self.tell(one)
        if self.resetting and not any(other.session for other in self.evses.values()):
            asyncio.create_task(self.restart("ScheduledReset"))

    async def authorized(self, one, token):
        answer = await self.link.ask(call.Authorize(id_token=token))
        info = answer.id_token_info if answer else {"status": "Invalid"}
        group = (info.get("group_id_token") or {}).get("id_token")
        return info["status"] == "Accepted" and one.number in info.get("evse_id", [one.number]), group

    async def present(self, one, token):
        await asyncio.sleep(0.1)
        session = one.session
        if session and session.token and session.token["id_token"].lower() == token["id_token"].lower():
            self.deny(one, "StopAuthorized", "Local", token)
            return
        accepted, group = await self.authorized(one, token)
        if not accepted or not one.operative or (session and one.session is not session):
            return
        if session is None or session.token is None:
            self.allow(one, token, group, None)
        elif group and group == session.group:
            self.deny(one, "StopAuthorized", "Local", token)

    async def restart(self, reason):
        self.resetting = False
        self.reason = reason
        for one in self.evses.values():
            if one.session:
                one.session.why = None
                self.end(one, "ResetCommand", "ImmediateReset")
            one.welcome = None
        for _ in range(40):
            if not self.link.queue:
                break
            await asyncio.sleep(0.05)
        await self.link.restart(RESTART_S)

    # Gestures.

    def at(self, gesture):
        return self.evses[gesture.get("evseId", 1)]

    def gesture_plugIn(self, gesture):
        one = self.at(gesture)
        one.plugged = True
        self.tell(one)
        if one.session is None and one.operative and not one.faulted:
            self.begin(one)

    def gesture_plugOut(self, gesture):
        one = self.at(gesture)
        one.meter()
        one.plugged = False
        if one.session:
            self.end(one, "EVCommunicationLost", "EVDisconnected")
        self.tell(one)

    def gesture_presentToken(self, gesture):
        token = {"id_token": gesture["token"]["idToken"], "type": gesture["token"]["type"]}
        asyncio.create_task(self.present(self.at(gesture), token))

    def suspend(self, gesture, suspended):
        one = self.at(gesture)
        one.meter()
        one.suspended = suspended
        if one.session:
            self.event(one, "Updated", "ChargingStateChanged")

    def gesture_evReady(self, gesture):
        self.suspend(gesture, False)

    def gesture_evSuspends(self, gesture):
        self.suspend(gesture, True)

    def gesture_raiseFault(self, gesture):
        self.at(gesture).faulted = True
        self.tell(self.at(gesture))

    def gesture_clearFault(self, gesture):
        self.at(gesture).faulted = False
        self.tell(self.at(gesture))

    def gesture_powerCycle(self, _):
        self.reason = "PowerUp"
        for one in self.evses.values():
            if one.session:
                self.end(one, "AbnormalCondition", "PowerLoss")
            one.welcome = None
        asyncio.create_task(self.link.restart(RESTART_S, polite=False))


class Port(ChargePoint):
    """The library's side: what is answered at once, and what is done after that."""

    def __init__(self, identity, websocket, charger):
        super().__init__(identity, websocket)
        self.charger = charger

    def later(self, deed, *args):
        asyncio.get_running_loop().call_later(0.05, deed, *args)

    def registered(self):
        if not self.charger.link.registered:
            raise SecurityError(description="not registered")

    def wanted(self):
        if self.charger.link.refused:
            raise SecurityError(description="this charger was rejected")

    def places(self, evse):
        """The EVSEs that a request names; None where it names what is not there."""
        every = self.charger.evses
        if evse is None:
            return list(every.values())
        one = every.get(evse["id"])
        return [one] if one and evse.get("connector_id", 1) == 1 else None

    @on(Action.get_variables)
    def on_get_variables(self, get_variable_data):
        self.wanted()
        return call_result.GetVariables([self.charger.variables.get(item) for item in get_variable_data])

    @on(Action.set_variables)
    def on_set_variables(self, set_variable_data):
        self.wanted()
        results = [self.charger.variables.set(item) for item in set_variable_data]
        if any(item["variable"]["name"] == "HeartbeatInterval" for item in set_variable_data):
            self.charger.beat()
        return call_result.SetVariables(results)

    @on(Action.get_base_report)
    def on_get_base_report(self, request_id, report_base):
        self.wanted()
        if report_base == "SummaryInventory":
            return call_result.GetBaseReport(status="NotSupported")
        data = self.charger.variables.report(report_base == "FullInventory")
        parts = [data[at : at + 12] for at in range(0, len(data), 12)]

        messages = [
            call.NotifyReport(
                request_id=request_id,
                generated_at=now(),
                seq_no=number,
                tbc=number < len(parts) - 1,
                report_data=part,
            )
            for number, part in enumerate(parts)
        ]
        self.later(self.charger.link.reply, messages)
        return call_result.GetBaseReport(status="Accepted")

    @on(Action.get_report)
    def on_get_report(self, **_):
        self.wanted()
        return call_result.GetReport(status="NotSupported")

    @on(Action.reset)
    def on_reset(self, type, evse_id=None):
        self.wanted()
        if evse_id is not None:
            return call_result.Reset(status="Rejected")
        busy = any(one.session for one in self.charger.evses.values())
        return call_result.Reset(status="Scheduled" if type == "OnIdle" and busy else "Accepted")

    @after(Action.reset)
    async def after_reset(self, type, evse_id=None):
        if evse_id is not None:
            return
        if type == "OnIdle" and any(one.session for one in self.charger.evses.values()):
            self.charger.resetting = True
        else:
            asyncio.create_task(self.charger.restart("RemoteReset"))

    @on(Action.change_availability)
    def on_change_availability(self, operational_status, evse=None):
        self.registered()
        ones = self.places(evse)
        if ones is None:
            return call_result.ChangeAvailability(status="Rejected")
        scheduled = False
        for one in ones:
            if operational_status == "Inoperative" and one.session:
                one.closing = scheduled = True
                continue
            one.operative, one.closing = operational_status == "Operative", False
            self.charger.tell(one)
        return call_result.ChangeAvailability(status="Scheduled" if scheduled else "Accepted")

    @on(Action.unlock_connector)
    def on_unlock_connector(self, evse_id, connector_id):
        self.registered()
        one = self.charger.evses.get(evse_id)
        if one is None or connector_id != 1:
            return call_result.UnlockConnector(status="UnknownConnector")
        busy = one.session and one.session.token
        return call_result.UnlockConnector(status="OngoingAuthorizedTransaction" if busy else "Unlocked")

    @on(Action.request_start_transaction)
    def on_request_start(self, id_token, remote_start_id, evse_id=None, **_):
        self.wanted()
        one = self.charger.evses.get(evse_id) if evse_id and self.charger.link.registered else None
        free = one and one.operative and not one.faulted and not one.welcome and not (one.session and one.session.token)
        if not free:
            return call_result.RequestStartTransaction(status="Rejected")
        self.later(self.charger.allow, one, id_token, None, remote_start_id)
        known = {"transaction_id": one.session.id} if one.session else {}
        return call_result.RequestStartTransaction(status="Accepted", **known)

    @on(Action.request_stop_transaction)
    def on_request_stop(self, transaction_id):
        self.wanted()
        for one in self.charger.evses.values() if self.charger.link.registered else ():
            if one.session and one.session.id == transaction_id:
                self.later(self.charger.deny, one, "RemoteStop", "Remote")
                return call_result.RequestStopTransaction(status="Accepted")
        return call_result.RequestStopTransaction(status="Rejected")

    @on(Action.get_transaction_status)
    def on_get_transaction_status(self, transaction_id=None):
        running = [one.session.id for one in self.charger.evses.values() if one.session]
        known = {} if transaction_id is None else {"ongoing_indicator": transaction_id in running}
        waiting = self.charger.link.waiting(transaction_id)
        return call_result.GetTransactionStatus(messages_in_queue=waiting, **known)

    @on(Action.clear_cache)
    def on_clear_cache(self):
        return call_result.ClearCache(status="Rejected")

    @on(Action.data_transfer)
    def on_data_transfer(self, **_):
        return call_result.DataTransfer(status="UnknownVendorId")

    @on(Action.trigger_message)
    def on_trigger_message(self, requested_message, evse=None):
        self.wanted()
        charger = self.charger
        ones = self.places(evse)

        def metered(one):
            values = charger.values(one, "AlignedDataCtrlr", "Measurands", "Trigger")
            charger.link.say(call.MeterValues(evse_id=one.number, meter_value=values))

        def told(one):
            if one.session:
                values = charger.values(one, "SampledDataCtrlr", "TxUpdatedMeasurands", "Trigger")
                charger.event(one, "Updated", "Trigger", values)

        deeds = {
            "Heartbeat": lambda: charger.link.say(call.Heartbeat()),
            "StatusNotification": lambda: [charger.notify(one) for one in ones],
            "MeterValues": lambda: [metered(one) for one in ones],
            "TransactionEvent": lambda: [told(one) for one in ones],
        }
        if requested_message == "BootNotification" and charger.link.registered or ones is None:
            return call_result.TriggerMessage(status="Rejected")
        if requested_message not in deeds:
            return call_result.TriggerMessage(status="NotImplemented")
        if requested_message == "TransactionEvent" and not any(one.session for one in ones):
            return call_result.TriggerMessage(status="Rejected")
        self.later(deeds[requested_message])
        return call_result.TriggerMessage(status="Accepted")
