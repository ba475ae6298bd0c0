"""What the back office answers to an OCPP 1.6 station."""

from datetime import datetime, timezone

from ocpp.routing import after, on
from ocpp.v16 import ChargePoint, call, call_result
from ocpp.v16.datatypes import IdTagInfo
from ocpp.v16.enums import Action, DataTransferStatus, GenericStatus, RegistrationStatus


def now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Station16(ChargePoint):
    def __init__(self, identity, connection, books):
        super().__init__(identity, connection)
        self.books = books

    def id_tag_info(self, id_tag):
        token = self.books.find(id_tag)
        return IdTagInfo(status=token.status if token else "Invalid", parent_id_tag=token.group_id if token else None)

    @on(Action.boot_notification)
    def on_boot_notification(self, **_):
        return call_result.BootNotification(current_time=now(), interval=300, status=RegistrationStatus.accepted)

    @on(Action.heartbeat)
    def on_heartbeat(self, **_):
        return call_result.Heartbeat(current_time=now())

    @on(Action.authorize)
    def on_authorize(self, id_tag, **_):
        return call_result.Authorize(id_tag_info=self.id_tag_info(id_tag))

    @on(Action.start_transaction)
    def on_start_transaction(self, id_tag, **_):
        transaction_id = self.books.next_id()
        info = self.id_tag_info(id_tag)
        if info.status == "Accepted" and self.books.is_busy(id_tag, self.id, transaction_id):
            info.status = "ConcurrentTx"
        if info.status == "Accepted":
            self.books.start(self.id, transaction_id, id_tag)
        return call_result.StartTransaction(transaction_id=transaction_id, id_tag_info=info)

    @on(Action.stop_transaction)
    def on_stop_transaction(self, transaction_id, id_tag=None, **_):
        self.books.stop(self.id, transaction_id)
        return call_result.StopTransaction(id_tag_info=self.id_tag_info(id_tag) if id_tag is not None else None)

    @on(Action.data_transfer)
    def on_data_transfer(self, **_):
        return call_result.DataTransfer(status=DataTransferStatus.unknown_vendor_id)

    @on(Action.sign_certificate)
    def on_sign_certificate(self, csr, **_):
        self.signed = self.books.authority and self.books.authority.sign(csr, self.id)
        return call_result.SignCertificate(status=GenericStatus.accepted if self.signed else GenericStatus.rejected)

    @after(Action.sign_certificate)
    async def after_sign_certificate(self, **_):
        if self.signed:
            await self.call(call.CertificateSigned(certificate_chain=self.signed), suppress=False)

    @on(Action.status_notification)
    def on_status_notification(self, **_):
        return call_result.StatusNotification()

    @on(Action.meter_values)
    def on_meter_values(self, **_):
        return call_result.MeterValues()

    @on(Action.diagnostics_status_notification)
    def on_diagnostics_status_notification(self, **_):
        return call_result.DiagnosticsStatusNotification()

    @on(Action.firmware_status_notification)
    def on_firmware_status_notification(self, **_):
        return call_result.FirmwareStatusNotification()

    @on(Action.log_status_notification)
    def on_log_status_notification(self, **_):
        return call_result.LogStatusNotification()

    @on(Action.security_event_notification)
    def on_security_event_notification(self, **_):
        return call_result.SecurityEventNotification()

    @on(Action.signed_firmware_status_notification)
    def on_signed_firmware_status_notification(self, **_):
        return call_result.SignedFirmwareStatusNotification()
