/** What the back office answers to an OCPP 1.6 station. */

import eu.chargetime.ocpp.feature.profile.ServerCoreEventHandler;
import eu.chargetime.ocpp.feature.profile.ServerFirmwareManagementEventHandler;
import eu.chargetime.ocpp.feature.profile.securityext.ServerSecurityExtEventHandler;
import eu.chargetime.ocpp.model.core.*;
import eu.chargetime.ocpp.model.firmware.*;
import eu.chargetime.ocpp.model.securityext.*;
import eu.chargetime.ocpp.model.securityext.types.GenericStatusEnumType;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.UUID;
import java.util.function.Function;

final class Handlers
    implements ServerCoreEventHandler, ServerFirmwareManagementEventHandler, ServerSecurityExtEventHandler {
  private final Books books;
  private final Function<UUID, String> stationOf;

  Handlers(Books books, Function<UUID, String> stationOf) {
    this.books = books;
    this.stationOf = stationOf;
  }

  private static ZonedDateTime now() {
    return ZonedDateTime.now(ZoneOffset.UTC);
  }

  @Override
  public BootNotificationConfirmation handleBootNotificationRequest(UUID session, BootNotificationRequest request) {
    return new BootNotificationConfirmation(now(), 300, RegistrationStatus.Accepted);
  }

  @Override
  public HeartbeatConfirmation handleHeartbeatRequest(UUID session, HeartbeatRequest request) {
    return new HeartbeatConfirmation(now());
  }

  @Override
  public AuthorizeConfirmation handleAuthorizeRequest(UUID session, AuthorizeRequest request) {
    return new AuthorizeConfirmation(books.find(request.getIdTag()));
  }

  @Override
  public StartTransactionConfirmation handleStartTransactionRequest(UUID session, StartTransactionRequest request) {
    int id = books.nextId();
    IdTagInfo info = books.find(request.getIdTag());
    if (info.getStatus() == AuthorizationStatus.Accepted && !books.start(stationOf.apply(session), id, request.getIdTag()))
      info.setStatus(AuthorizationStatus.ConcurrentTx);
    return new StartTransactionConfirmation(info, id);
  }

  @Override
  public StopTransactionConfirmation handleStopTransactionRequest(UUID session, StopTransactionRequest request) {
    books.stop(stationOf.apply(session), request.getTransactionId());
    StopTransactionConfirmation confirmation = new StopTransactionConfirmation();
    if (request.getIdTag() != null) confirmation.setIdTagInfo(books.find(request.getIdTag()));
    return confirmation;
  }

  @Override
  public DataTransferConfirmation handleDataTransferRequest(UUID session, DataTransferRequest request) {
    return new DataTransferConfirmation(DataTransferStatus.UnknownVendorId);
  }

  @Override
  public MeterValuesConfirmation handleMeterValuesRequest(UUID session, MeterValuesRequest request) {
    return new MeterValuesConfirmation();
  }

  @Override
  public StatusNotificationConfirmation handleStatusNotificationRequest(
      UUID session, StatusNotificationRequest request) {
    return new StatusNotificationConfirmation();
  }

  @Override
  public DiagnosticsStatusNotificationConfirmation handleDiagnosticsStatusNotificationRequest(
      UUID session, DiagnosticsStatusNotificationRequest request) {
    return new DiagnosticsStatusNotificationConfirmation();
  }

  @Override
  public FirmwareStatusNotificationConfirmation handleFirmwareStatusNotificationRequest(
      UUID session, FirmwareStatusNotificationRequest request) {
    return new FirmwareStatusNotificationConfirmation();
  }

  @Override
  public LogStatusNotificationConfirmation handleLogStatusNotificationRequest(
      UUID session, LogStatusNotificationRequest request) {
    return new LogStatusNotificationConfirmation();
  }

  @Override
  public SecurityEventNotificationConfirmation handleSecurityEventNotificationRequest(
      UUID session, SecurityEventNotificationRequest request) {
    return new SecurityEventNotificationConfirmation();
  }

  @Override
  public SignCertificateConfirmation handleSignCertificateRequest(UUID session, SignCertificateRequest request) {
    // There is no certificate authority behind this back office.
    return new SignCertificateConfirmation(GenericStatusEnumType.Rejected);
  }

  @Override
  public SignedFirmwareStatusNotificationConfirmation handleSignedFirmwareStatusNotificationRequest(
      UUID session, SignedFirmwareStatusNotificationRequest request) {
    return new SignedFirmwareStatusNotificationConfirmation();
  }
}
