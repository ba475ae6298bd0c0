"""What the back office answers to an OCPP 2.0.1 station."""

from ocpp.routing import after, on
from ocpp.v201 import ChargePoint, call, call_result
from ocpp.v201.datatypes import IdTokenInfoType, IdTokenType
from ocpp.v201.enums import Action

from station16 import now


class Station201(ChargePoint):
    def __init__(self, identity, connection, books):
        super().__init__(identity, connection)
        self.books = books

    def id_token_info(self, id_token):
        # C02: a start button has no identifier to look up.
        if id_token["type"] == "NoAuthorization":
            return IdTokenInfoType(status="Accepted")
        token = self.books.find(id_token["id_token"])
        if token is None:
            return IdTokenInfoType(status="Unknown")
        group = IdTokenType(id_token=token.group_id, type="Central") if token.group_id else None
        return IdTokenInfoType(status=token.status, group_id_token=group)

    @on(Action.boot_notification)
    def on_boot_notification(self, **_):
        return call_result.BootNotification(current_time=now(), interval=300, status="Accepted")

    @on(Action.heartbeat)
    def on_heartbeat(self, **_):
        return call_result.Heartbeat(current_time=now())

    @on(Action.authorize)
    def on_authorize(self, id_token, **_):
        return call_result.Authorize(id_token_info=self.id_token_info(id_token))

    @on(Action.transaction_event)
    def on_transaction_event(self, event_type, transaction_info, id_token=None, **_):
        transaction_id = transaction_info["transaction_id"]
        info = self.id_token_info(id_token) if id_token else None
        named = id_token["id_token"] if id_token and id_token["type"] != "NoAuthorization" else None
        if event_type == "Ended":
            self.books.stop(self.id, transaction_id)
        else:
            if info and info.status == "Accepted" and named and self.books.is_busy(named, self.id, transaction_id):
                info.status = "ConcurrentTx"
            self.books.start(self.id, transaction_id, named if info and info.status == "Accepted" else None)
        return call_result.TransactionEvent(id_token_info=info)

    @on(Action.data_transfer)
    def on_data_transfer(self, **_):
        return call_result.DataTransfer(status="UnknownVendorId")

    @on(Action.sign_certificate)
    def on_sign_certificate(self, csr, certificate_type="ChargingStationCertificate", **_):
        authority = self.books.authority if certificate_type == "ChargingStationCertificate" else None
        self.signed = authority and authority.sign(csr, self.id)
        return call_result.SignCertificate(status="Accepted" if self.signed else "Rejected")

    @after(Action.sign_certificate)
    async def after_sign_certificate(self, **_):
        if self.signed:
            signed = call.CertificateSigned(certificate_chain=self.signed, certificate_type="ChargingStationCertificate")
            await self.call(signed, suppress=False)

    # There is no authority for vehicles and no energy management behind this back office.

    @on(Action.get_15118_ev_certificate)
    def on_get_15118_ev_certificate(self, **_):
        return call_result.Get15118EVCertificate(status="Failed", exi_response="")

    @on(Action.get_certificate_status)
    def on_get_certificate_status(self, **_):
        return call_result.GetCertificateStatus(status="Failed")

    @on(Action.notify_ev_charging_needs)
    def on_notify_ev_charging_needs(self, **_):
        return call_result.NotifyEVChargingNeeds(status="Rejected")

    @on(Action.notify_ev_charging_schedule)
    def on_notify_ev_charging_schedule(self, **_):
        return call_result.NotifyEVChargingSchedule(status="Accepted")

    @on(Action.cleared_charging_limit)
    def on_cleared_charging_limit(self, **_):
        return call_result.ClearedChargingLimit()

    @on(Action.firmware_status_notification)
    def on_firmware_status_notification(self, **_):
        return call_result.FirmwareStatusNotification()

    @on(Action.log_status_notification)
    def on_log_status_notification(self, **_):
        return call_result.LogStatusNotification()

    @on(Action.meter_values)
    def on_meter_values(self, **_):
        return call_result.MeterValues()

    @on(Action.notify_charging_limit)
    def on_notify_charging_limit(self, **_):
        return call_result.NotifyChargingLimit()

    @on(Action.notify_customer_information)
    def on_notify_customer_information(self, **_):
        return call_result.NotifyCustomerInformation()

    @on(Action.notify_display_messages)
    def on_notify_display_messages(self, **_):
        return call_result.NotifyDisplayMessages()

    @on(Action.notify_event)
    def on_notify_event(self, **_):
        return call_result.NotifyEvent()

    @on(Action.notify_monitoring_report)
    def on_notify_monitoring_report(self, **_):
        return call_result.NotifyMonitoringReport()

    @on(Action.notify_report)
    def on_notify_report(self, **_):
        return call_result.NotifyReport()

    @on(Action.publish_firmware_status_notification)
    def on_publish_firmware_status_notification(self, **_):
        return call_result.PublishFirmwareStatusNotification()

    @on(Action.report_charging_profiles)
    def on_report_charging_profiles(self, **_):
        return call_result.ReportChargingProfiles()

    @on(Action.reservation_status_update)
    def on_reservation_status_update(self, **_):
        return call_result.ReservationStatusUpdate()

    @on(Action.security_event_notification)
    def on_security_event_notification(self, **_):
        return call_result.SecurityEventNotification()

    @on(Action.status_notification)
    def on_status_notification(self, **_):
        return call_result.StatusNotification()
