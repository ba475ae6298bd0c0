/** A small back office on Java-OCA-OCPP, OCPP 1.6 only: java Csms [--security-profile N] [--password TEXT] [--pki DIR] */

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import eu.chargetime.ocpp.*;
import eu.chargetime.ocpp.feature.ProfileFeature;
import eu.chargetime.ocpp.feature.profile.*;
import eu.chargetime.ocpp.feature.profile.securityext.ServerSecurityExtProfile;
import eu.chargetime.ocpp.model.Confirmation;
import eu.chargetime.ocpp.model.Request;
import eu.chargetime.ocpp.model.SessionInformation;
import eu.chargetime.ocpp.model.core.AuthorizationStatus;
import eu.chargetime.ocpp.model.core.ChangeConfigurationConfirmation;
import eu.chargetime.ocpp.model.core.ChangeConfigurationRequest;
import eu.chargetime.ocpp.model.core.ConfigurationStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.*;
import org.java_websocket.server.WebSocketServer;

public final class Csms {
  /** Short: the reply to the trigger waits for the station this long, so that nobody who awaits it is held up. */
  private static final int WAIT_FOR_ANSWER_MS = 200;

  /** The library itself waits for an answer without end. */
  private static final int GIVE_UP_S = 30;

  private record Reply(int status, JsonObject body) {}

  private record Outstanding(UUID session, CompletableFuture<Confirmation> answer) {}

  private final Books books = new Books();
  private final Map<String, UUID> sessions = new ConcurrentHashMap<>();
  private final Map<UUID, String> identities = new ConcurrentHashMap<>();
  private final Map<String, Outstanding> outstanding = new ConcurrentHashMap<>();
  private final Map<String, Class<? extends Request>> requests = new ConcurrentHashMap<>();
  private final JSONCommunicator json = new JSONCommunicator(null);
  private final JSONServer server;
  private final int profile;
  private final String password;
  private Tls.Lobby lobby;

  public static void main(String[] arguments) throws Exception {
    List<String> given = List.of(arguments);
    String profile = value(given, "--security-profile");
    String pki = value(given, "--pki");
    new Csms(profile == null ? 0 : Integer.parseInt(profile), value(given, "--password"), pki).open();
  }

  private static String value(List<String> given, String name) {
    return given.contains(name) ? given.get(given.indexOf(name) + 1) : null;
  }

  private Csms(int profile, String password, String pki) throws Exception {
    this.profile = profile;
    this.password = password;
    Handlers handlers = new Handlers(books, this::stationOf);
    ServerCoreProfile core = new ServerCoreProfile(handlers);
    server = new JSONServer(core);
    if (profile >= 2) {
      lobby = new Tls.Lobby(Tls.context(Path.of(pki), "csms", "csms-rsa"), profile == 3);
      server.enableWSS(lobby.builder());
    }
    List<Profile> more =
        List.of(
            new ServerFirmwareManagementProfile(handlers),
            new ServerLocalAuthListProfile(),
            new ServerRemoteTriggerProfile(),
            new ServerReservationProfile(),
            new ServerSmartChargingProfile(),
            new ServerSecurityExtProfile(handlers));
    more.forEach(server::addFeatureProfile);
    note(core);
    more.forEach(this::note);
  }

  private void note(Profile profile) {
    for (ProfileFeature feature : profile.getFeatureList()) requests.put(feature.getAction(), feature.getRequestType());
  }

  private void open() throws Exception {
    server.open("127.0.0.1", 0, new Events());
    HttpServer control = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    control.setExecutor(Executors.newCachedThreadPool());
    control.createContext("/", this::serve);
    control.start();
    System.out.println("ready ocpp " + (profile >= 2 ? "wss" : "ws") + "://127.0.0.1:" + boundPort() + "/ocpp");
    System.out.println("ready control http://127.0.0.1:" + control.getAddress().getPort());
  }

  /** The library does not tell which free port it got, and binds in another thread. */
  private int boundPort() throws Exception {
    WebSocketServer webSocketServer = (WebSocketServer) field(field(server, "listener"), "server");
    while (webSocketServer.getPort() <= 0) Thread.sleep(5);
    return webSocketServer.getPort();
  }

  private static Object field(Object of, String name) throws ReflectiveOperationException {
    var field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(of);
  }

  private final class Events implements ServerEvents {
    @Override
    public void authenticateSession(SessionInformation information, String username, byte[] shown)
        throws AuthenticationException {
      String identity = identityOf(information);
      String wanted = books.passwords.getOrDefault(identity, password);
      if (profile < 3 && wanted == null) return;
      boolean right =
          profile == 3
              ? lobby.isOf(information.getAddress(), identity)
              : identity.equals(username)
                  && shown != null
                  && wanted.equals(new String(shown, StandardCharsets.ISO_8859_1));
      if (!right) throw new AuthenticationException(401, "Unauthorized");
    }

    @Override
    public void newSession(UUID session, SessionInformation information) {
      identities.put(session, identityOf(information));
      sessions.put(identityOf(information), session);
    }

    @Override
    public void lostSession(UUID session) {
      sessions.values().remove(session);
      identities.remove(session);
    }
  }

  private String stationOf(UUID session) {
    return identities.getOrDefault(session, "");
  }

  private static String identityOf(SessionInformation information) {
    String path = information.getIdentifier().split("\\?")[0];
    return URLDecoder.decode(path.substring(path.lastIndexOf('/') + 1), StandardCharsets.UTF_8);
  }

  private void serve(HttpExchange exchange) throws IOException {
    Reply reply;
    try {
      String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      JsonElement body = JsonParser.parseString(text.isEmpty() ? "{}" : text);
      reply =
          body.isJsonObject() && exchange.getRequestMethod().equals("POST")
              ? route(exchange.getRequestURI().getPath().substring(1).split("/"), body.getAsJsonObject())
              : new Reply(400, error("a POST with a JSON object"));
    } catch (JsonParseException exception) {
      reply = new Reply(400, error("the body is no JSON object"));
    } catch (Exception exception) {
      reply = new Reply(500, error(exception.toString()));
    }
    byte[] data = reply.body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(reply.status, data.length);
    exchange.getResponseBody().write(data);
    exchange.close();
  }

  private Reply route(String[] path, JsonObject body) throws Exception {
    if (path.length < 3 || !path[0].equals("api") || !path[1].equals("octt"))
      return new Reply(404, error("no such resource"));
    if (path.length == 3 && path[2].equals("create-token")) {
      if (!body.has("token_id") || !body.has("status")) return new Reply(422, error("token_id and status are needed"));
      books.add(text(body, "token_id"), AuthorizationStatus.valueOf(text(body, "status")), text(body, "group_id"));
      return new Reply(200, new JsonObject());
    }
    if (path.length == 3 && path[2].equals("set-basic-auth-password")) {
      if (!body.has("station_id") || !body.has("password"))
        return new Reply(422, error("station_id and password are needed"));
      books.passwords.put(text(body, "station_id"), text(body, "password"));
      return new Reply(200, new JsonObject());
    }
    if (path.length == 6 && path[4].equals("call"))
      return path[2].equals("1.6") ? call(path[3], path[5], body) : new Reply(404, error("station not connected"));
    return new Reply(404, error("no such resource"));
  }

  private Reply call(String identity, String action, JsonObject payload) throws Exception {
    UUID session = sessions.get(identity);
    if (session == null) return new Reply(404, error("station not connected"));
    CompletableFuture<Confirmation> answer;
    synchronized (session) {
      // The answer to the CALL before can be in the other socket's buffer.
      Outstanding before = outstanding.get(identity);
      if (before != null && before.session.equals(session) && !settlesSoon(before.answer))
        return new Reply(409, error("a CALL is outstanding"));
      if (!requests.containsKey(action)) return new Reply(422, error("no action " + action));
      try {
        Request request = json.unpackPayload(payload, requests.get(action));
        answer = server.send(session, request).toCompletableFuture().copy().orTimeout(GIVE_UP_S, TimeUnit.SECONDS);
        answer = answer.thenApply(confirmation -> note(identity, request, confirmation));
      } catch (NotConnectedException exception) {
        return new Reply(404, error("station not connected"));
      } catch (Exception exception) {
        return new Reply(422, error(exception.toString()));
      }
      outstanding.put(identity, new Outstanding(session, answer));
    }
    JsonObject body = new JsonObject();
    boolean answered = settlesSoon(answer);
    body.addProperty("status", answered ? "answered" : "sent");
    if (!answered) return new Reply(200, body);
    try {
      body.add("response", JsonParser.parseString(json.packPayload(answer.join()).toString()));
    } catch (CompletionException exception) {
      JsonObject error = new JsonObject();
      if (exception.getCause() instanceof CallErrorException callError) {
        error.addProperty("code", callError.getErrorCode());
        error.addProperty("description", callError.getErrorDescription());
      }
      body.add("error", error);
    }
    return new Reply(200, body);
  }

  /** Notes the password that the operator has sent to a station, once that has taken it. */
  private Confirmation note(String identity, Request request, Confirmation confirmation) {
    if (request instanceof ChangeConfigurationRequest change
        && change.getKey().equals("AuthorizationKey")
        && ((ChangeConfigurationConfirmation) confirmation).getStatus() == ConfigurationStatus.Accepted) {
      byte[] bytes = HexFormat.of().parseHex(change.getValue());
      // A key is bytes: one character for each.
      books.passwords.put(identity, new String(bytes, StandardCharsets.ISO_8859_1));
    }
    return confirmation;
  }

  private static boolean settlesSoon(CompletableFuture<?> future) throws InterruptedException {
    try {
      future.get(WAIT_FOR_ANSWER_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException exception) {
      return true;
    } catch (TimeoutException exception) {
      return false;
    }
    return true;
  }

  private static String text(JsonObject body, String name) {
    return body.has(name) && !body.get(name).isJsonNull() ? body.get(name).getAsString() : null;
  }

  private static JsonObject error(String message) {
    JsonObject body = new JsonObject();
    body.addProperty("error", message);
    return body;
  }
}
