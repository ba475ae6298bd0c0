/** The configuration keys of the charger on Java-OCA-OCPP. */

import eu.chargetime.ocpp.model.core.KeyValueType;
import java.util.LinkedHashMap;
import java.util.Map;

final class Settings {
  private record Key(String value, String takes) {}

  private static final String NUMBER = "\\d{1,9}";
  private static final String BOOLEAN = "(?i:true|false)";
  private static final String REGISTER = "Energy.Active.Import.Register";
  private static final String ONLY_REGISTER = "Energy\\.Active\\.Import\\.Register";

  private final Map<String, Key> keys = new LinkedHashMap<>();

  Settings() {
    add("AuthorizeRemoteTxRequests", "false", BOOLEAN);
    add("ClockAlignedDataInterval", "0", NUMBER);
    add("ConnectionTimeOut", "60", NUMBER);
    add("GetConfigurationMaxKeys", "30", null);
    add("HeartbeatInterval", "600", NUMBER);
    add("LocalAuthorizeOffline", "false", BOOLEAN);
    add("LocalPreAuthorize", "false", BOOLEAN);
    add("MeterValuesAlignedData", REGISTER, ONLY_REGISTER);
    add("MeterValuesSampledData", REGISTER, ONLY_REGISTER);
    add("MeterValueSampleInterval", "60", NUMBER);
    add("NumberOfConnectors", "1", null);
    add("ResetRetries", "1", NUMBER);
    add("ConnectorPhaseRotation", "NotApplicable", ".+");
    add("StopTransactionOnEVSideDisconnect", "true", BOOLEAN);
    add("StopTransactionOnInvalidId", "true", BOOLEAN);
    add("StopTxnAlignedData", "", "");
    add("StopTxnSampledData", "", "");
    add("SupportedFeatureProfiles", "Core,RemoteTrigger", null);
    add("TransactionMessageAttempts", "3", NUMBER);
    add("TransactionMessageRetryInterval", "5", NUMBER);
    add("UnlockConnectorOnEVSideDisconnect", "true", BOOLEAN);
  }

  private void add(String name, String value, String takes) {
    keys.put(name, new Key(value, takes));
  }

  boolean has(String name) {
    return keys.containsKey(name);
  }

  String[] names() {
    return keys.keySet().toArray(String[]::new);
  }

  boolean is(String name) {
    return keys.get(name).value().equalsIgnoreCase("true");
  }

  int seconds(String name) {
    return Integer.parseInt(keys.get(name).value());
  }

  void heartbeat(int seconds) {
    add("HeartbeatInterval", String.valueOf(seconds), NUMBER);
  }

  /** False where the key can only be read, or does not take the value. */
  boolean write(String name, String value) {
    Key key = keys.get(name);
    if (key.takes() == null || !value.matches(key.takes())) return false;
    keys.put(name, new Key(value, key.takes()));
    return true;
  }

  KeyValueType shown(String name) {
    Key key = keys.get(name);
    KeyValueType shown = new KeyValueType(name, key.takes() == null);
    shown.setValue(key.value());
    return shown;
  }
}
