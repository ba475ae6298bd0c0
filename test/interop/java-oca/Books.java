/** Tokens, transactions and passwords of the back office, in memory. */

import eu.chargetime.ocpp.model.core.AuthorizationStatus;
import eu.chargetime.ocpp.model.core.IdTagInfo;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

final class Books {
  private record Token(AuthorizationStatus status, String groupId) {}

  private record Running(String station, String idTag) {}

  /** By its id, which is unique over all stations. */
  private final Map<Integer, Running> open = new ConcurrentHashMap<>();

  private final Map<String, Token> tokens = new ConcurrentHashMap<>();
  private final AtomicInteger lastId = new AtomicInteger();
  final Map<String, String> passwords = new ConcurrentHashMap<>();

  void add(String id, AuthorizationStatus status, String groupId) {
    tokens.put(fold(id), new Token(status, groupId));
  }

  IdTagInfo find(String idTag) {
    Token token = tokens.get(fold(idTag));
    IdTagInfo info = new IdTagInfo(token == null ? AuthorizationStatus.Invalid : token.status);
    if (token != null && token.groupId != null) info.setParentIdTag(token.groupId);
    return info;
  }

  int nextId() {
    return lastId.incrementAndGet();
  }

  /** Opens the transaction, unless its token is in another one. */
  synchronized boolean start(String station, int transactionId, String idTag) {
    if (open.values().stream().anyMatch(running -> running.idTag.equals(fold(idTag)))) return false;
    open.put(transactionId, new Running(station, fold(idTag)));
    return true;
  }

  /** Ends a transaction of that station, and of no other. */
  synchronized void stop(String station, int transactionId) {
    Running running = open.get(transactionId);
    if (running != null && running.station.equals(station)) open.remove(transactionId);
  }

  /** Tokens are case-insensitive (CiString20Type). */
  private static String fold(String idTag) {
    return idTag.toLowerCase(Locale.ROOT);
  }
}
