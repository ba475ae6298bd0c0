/** What the charger on Java-OCA-OCPP answers to its back office. */

import eu.chargetime.ocpp.feature.profile.ClientCoreEventHandler;
import eu.chargetime.ocpp.feature.profile.ClientRemoteTriggerEventHandler;
import eu.chargetime.ocpp.model.core.*;
import eu.chargetime.ocpp.model.remotetrigger.*;
import java.util.Arrays;

final class Orders implements ClientCoreEventHandler, ClientRemoteTriggerEventHandler {
  /** What was answered goes out before what is done. */
  private static final int SOON_MS = 30;

  private final Charger charger;

  Orders(Charger charger) {
    this.charger = charger;
  }

  @Override
  public ChangeAvailabilityConfirmation handleChangeAvailabilityRequest(ChangeAvailabilityRequest request) {
    int connector = request.getConnectorId();
    if (connector > Charger.CONNECTOR) return new ChangeAvailabilityConfirmation(AvailabilityStatus.Rejected);
    return new ChangeAvailabilityConfirmation(
        charger.now(() -> charger.change(request.getType(), connector == 0)));
  }

  @Override
  public GetConfigurationConfirmation handleGetConfigurationRequest(GetConfigurationRequest request) {
    String[] asked = request.getKey();
    return charger.now(
        () -> {
          String[] wanted = asked == null || asked.length == 0 ? charger.settings.names() : asked;
          GetConfigurationConfirmation answer = new GetConfigurationConfirmation();
          answer.setConfigurationKey(
              Arrays.stream(wanted)
                  .filter(charger.settings::has)
                  .map(charger.settings::shown)
                  .toArray(KeyValueType[]::new));
          String[] unknown =
              Arrays.stream(wanted).filter(name -> !charger.settings.has(name)).toArray(String[]::new);
          if (unknown.length > 0) answer.setUnknownKey(unknown);
          return answer;
        });
  }

  @Override
  public ChangeConfigurationConfirmation handleChangeConfigurationRequest(ChangeConfigurationRequest request) {
    return new ChangeConfigurationConfirmation(
        charger.now(
            () -> {
              if (!charger.settings.has(request.getKey())) return ConfigurationStatus.NotSupported;
              if (!charger.settings.write(request.getKey(), request.getValue()))
                return ConfigurationStatus.Rejected;
              if (request.getKey().equals("HeartbeatInterval")) charger.beat();
              return ConfigurationStatus.Accepted;
            }));
  }

  @Override
  public ClearCacheConfirmation handleClearCacheRequest(ClearCacheRequest request) {
    return new ClearCacheConfirmation(ClearCacheStatus.Rejected);
  }

  @Override
  public DataTransferConfirmation handleDataTransferRequest(DataTransferRequest request) {
    return new DataTransferConfirmation(DataTransferStatus.UnknownVendorId);
  }

  @Override
  public RemoteStartTransactionConfirmation handleRemoteStartTransactionRequest(
      RemoteStartTransactionRequest request) {
    Integer connector = request.getConnectorId();
    boolean here = connector == null || connector == Charger.CONNECTOR;
    boolean can = here && charger.now(charger::startable);
    if (can) charger.later(SOON_MS, () -> charger.remoteStart(request.getIdTag()));
    return new RemoteStartTransactionConfirmation(
        can ? RemoteStartStopStatus.Accepted : RemoteStartStopStatus.Rejected);
  }

  @Override
  public RemoteStopTransactionConfirmation handleRemoteStopTransactionRequest(
      RemoteStopTransactionRequest request) {
    boolean runs = charger.now(() -> charger.runs(request.getTransactionId()));
    if (runs) charger.later(SOON_MS, charger::remoteStop);
    return new RemoteStopTransactionConfirmation(
        runs ? RemoteStartStopStatus.Accepted : RemoteStartStopStatus.Rejected);
  }

  @Override
  public ResetConfirmation handleResetRequest(ResetRequest request) {
    charger.later(SOON_MS, () -> charger.reset(request.getType()));
    return new ResetConfirmation(ResetStatus.Accepted);
  }

  @Override
  public UnlockConnectorConfirmation handleUnlockConnectorRequest(UnlockConnectorRequest request) {
    if (request.getConnectorId() != Charger.CONNECTOR)
      return new UnlockConnectorConfirmation(UnlockStatus.NotSupported);
    charger.later(SOON_MS, charger::unlock);
    return new UnlockConnectorConfirmation(UnlockStatus.Unlocked);
  }

  @Override
  public TriggerMessageConfirmation handleTriggerMessageRequest(TriggerMessageRequest request) {
    Integer connector = request.getConnectorId();
    Runnable deed =
        switch (request.getRequestedMessage()) {
          case Heartbeat -> () -> charger.say(new HeartbeatRequest());
          case StatusNotification -> () -> charger.notifyStatus(connector);
          case MeterValues -> () -> charger.meterValues("Trigger");
          default -> null;
        };
    if (request.getRequestedMessage() == TriggerMessageRequestType.BootNotification)
      return new TriggerMessageConfirmation(TriggerMessageStatus.Rejected);
    if (deed == null) return new TriggerMessageConfirmation(TriggerMessageStatus.NotImplemented);
    if (connector != null && connector > Charger.CONNECTOR)
      return new TriggerMessageConfirmation(TriggerMessageStatus.Rejected);
    charger.later(SOON_MS, deed);
    return new TriggerMessageConfirmation(TriggerMessageStatus.Accepted);
  }
}
