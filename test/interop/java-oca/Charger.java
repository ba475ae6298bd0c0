/** A small charger on Java-OCA-OCPP, OCPP 1.6: java Charger --url URL --id ID [--security-profile N] [--password TEXT] [--pki DIR] */

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import eu.chargetime.ocpp.*;
import eu.chargetime.ocpp.feature.profile.*;
import eu.chargetime.ocpp.model.Confirmation;
import eu.chargetime.ocpp.model.Request;
import eu.chargetime.ocpp.model.core.*;
import eu.chargetime.ocpp.wss.BaseWssSocketBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.*;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** One connector; everything that happens to it happens on one thread. */
public final class Charger {
  static final int CONNECTOR = 1;
  private static final int WATTS = 11_000;
  private static final int RESTART_MS = 400;
  private static final int AGAIN_MS = 500;

  private record Guest(String idTag, String parent) {}

  private static final class Transaction {
    final Guest guest;
    Integer number;
    boolean held;
    ScheduledFuture<?> sampling;

    Transaction(Guest guest) {
      this.guest = guest;
    }
  }

  private record Message(Supplier<Request> request, boolean kept, Consumer<Confirmation> then) {}

  final Settings settings = new Settings();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final ArrayDeque<Message> queue = new ArrayDeque<>();
  private final String url;
  private final String identity;
  private final JSONConfiguration shown;

  /** Null where the line is not secured. */
  private final SSLContext tls;

  private JSONClient client;
  private boolean connected, registered, sending, closing;
  private boolean operative = true;
  private boolean plugged, suspended, faulted, finished;
  private Guest welcome;
  private ScheduledFuture<?> patience, beating;
  private Transaction transaction;
  private ChargePointStatus told;
  private double energyWh = 2000;
  private long countedAt = System.nanoTime();
  private int lives;

  private Charger(String url, String identity, JSONConfiguration shown, SSLContext tls) {
    this.url = url;
    this.identity = identity;
    this.shown = shown;
    this.tls = tls;
  }

  public static void main(String[] arguments) throws Exception {
    List<String> given = List.of(arguments);
    String id = value(given, "--id", "CP01");
    int profile = Integer.parseInt(value(given, "--security-profile", "0"));
    String password = value(given, "--password", null);
    JSONConfiguration shown = JSONConfiguration.get();
    if (password != null) {
      shown.setParameter(JSONConfiguration.USERNAME_PARAMETER, id);
      shown.setParameter(JSONConfiguration.PASSWORD_PARAMETER, password);
    }
    String[] own = profile == 3 ? new String[] {"stations/" + id} : new String[0];
    SSLContext tls = profile >= 2 ? Tls.context(Path.of(value(given, "--pki", ".")), own) : null;
    Charger charger = new Charger(value(given, "--url", null), id, shown, tls);
    HttpServer bench = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    bench.createContext("/", charger::serve);
    bench.start();
    charger.later(0, charger::dial);
    System.out.println("ready control http://127.0.0.1:" + bench.getAddress().getPort());
  }

  private static String value(List<String> given, String name, String otherwise) {
    return given.contains(name) ? given.get(given.indexOf(name) + 1) : otherwise;
  }

  ScheduledFuture<?> later(long ms, Runnable deed) {
    return thread.schedule(
        () -> {
          try {
            deed.run();
          } catch (RuntimeException cause) {
            cause.printStackTrace();
          }
        },
        ms,
        TimeUnit.MILLISECONDS);
  }

  /** Runs a deed on the charger's thread and waits for what comes of it. */
  <T> T now(Callable<T> deed) {
    try {
      return thread.submit(deed).get();
    } catch (InterruptedException | ExecutionException cause) {
      throw new IllegalStateException(cause);
    }
  }

  // The line.

  private void dial() {
    int life = ++lives;
    Orders orders = new Orders(this);
    client = new JSONClient(new ClientCoreProfile(orders), identity, shown);
    if (tls != null) client.enableWSS(BaseWssSocketBuilder.builder().sslSocketFactory(tls.getSocketFactory()));
    client.addFeatureProfile(new ClientRemoteTriggerProfile(orders));
    client.connect(
        url,
        new ClientEvents() {
          @Override
          public void connectionOpened() {
            later(0, () -> opened(life));
          }

          @Override
          public void connectionClosed() {
            later(0, () -> closed(life));
          }
        });
  }

  private void opened(int life) {
    if (life != lives) return;
    connected = true;
    if (!registered) {
      register();
      return;
    }
    tell();
    send();
  }

  private void closed(int life) {
    if (life != lives) return;
    connected = sending = false;
    lives++;
    later(AGAIN_MS, this::dial);
  }

  private void register() {
    BootNotificationRequest boot = new BootNotificationRequest("Espresso", "Single");
    boot.setChargePointSerialNumber("E3");
    boot.setFirmwareVersion("3.1");
    place(boot, answer -> registered((BootNotificationConfirmation) answer));
  }

  private void registered(BootNotificationConfirmation answer) {
    int waitS = answer == null ? 1 : answer.getInterval();
    if (answer == null || answer.getStatus() != RegistrationStatus.Accepted) {
      int life = lives;
      later(
          waitS * 1000L,
          () -> {
            if (life == lives) register();
          });
      return;
    }
    registered = true;
    settings.heartbeat(waitS);
    beat();
    told = null;
    notifyOf(0, operative ? ChargePointStatus.Available : ChargePointStatus.Unavailable);
    tell();
    send();
  }

  void beat() {
    if (beating != null) beating.cancel(false);
    int every = settings.seconds("HeartbeatInterval");
    if (every > 0) {
      beating =
          thread.scheduleAtFixedRate(() -> say(new HeartbeatRequest()), every, every, TimeUnit.SECONDS);
    }
  }

  /** Hands a request to the library; `then` hears null where there is no answer. */
  private void place(Request request, Consumer<Confirmation> then) {
    try {
      client
          .send(request)
          .whenComplete((answer, error) -> later(0, () -> then.accept(error == null ? answer : null)));
    } catch (OccurenceConstraintException | UnsupportedFeatureException cause) {
      cause.printStackTrace();
      then.accept(null);
    }
  }

  void say(Request request) {
    enqueue(() -> request, false, answer -> {});
  }

  private void enqueue(Supplier<Request> request, boolean kept, Consumer<Confirmation> then) {
    if (!kept && !(connected && registered)) {
      then.accept(null);
      return;
    }
    queue.add(new Message(request, kept, then));
    send();
  }

  private void send() {
    if (sending || !connected || !registered || queue.isEmpty()) return;
    sending = true;
    int life = lives;
    Message message = queue.peek();
    place(
        message.request().get(),
        answer -> {
          if (life != lives) {
            if (!message.kept()) queue.remove(message);
            return;
          }
          sending = false;
          queue.remove(message);
          message.then().accept(answer);
          send();
        });
  }

  private void restart(Reason reason) {
    end(reason, null);
    later(RESTART_MS, () -> {
      registered = connected = sending = false;
      lives++;
      client.disconnect();
      welcome = null;
      later(AGAIN_MS, this::dial);
    });
  }

  // The session.

  private boolean drawing() {
    return transaction != null && plugged && !suspended && !faulted && !transaction.held;
  }

  private int meter() {
    long at = System.nanoTime();
    if (drawing()) energyWh += WATTS * (at - countedAt) / 3.6e12;
    countedAt = at;
    return (int) energyWh;
  }

  private static ZonedDateTime instant() {
    return ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MILLIS);
  }

  private ChargePointStatus status() {
    if (faulted) return ChargePointStatus.Faulted;
    if (transaction != null && transaction.held) return ChargePointStatus.SuspendedEVSE;
    if (transaction != null)
      return plugged && !suspended ? ChargePointStatus.Charging : ChargePointStatus.SuspendedEV;
    if (!operative) return ChargePointStatus.Unavailable;
    if (plugged && finished) return ChargePointStatus.Finishing;
    return plugged || welcome != null ? ChargePointStatus.Preparing : ChargePointStatus.Available;
  }

  private void notifyOf(int connector, ChargePointStatus status) {
    ChargePointErrorCode code =
        status == ChargePointStatus.Faulted ? ChargePointErrorCode.InternalError : ChargePointErrorCode.NoError;
    StatusNotificationRequest request = new StatusNotificationRequest(connector, code, status);
    request.setTimestamp(instant());
    say(request);
  }

  /** The status of a connector; of the charger as such and its connector where none is named. */
  void notifyStatus(Integer connector) {
    if (connector == null || connector == 0)
      notifyOf(0, operative ? ChargePointStatus.Available : ChargePointStatus.Unavailable);
    if (connector == null || connector == CONNECTOR) notifyOf(CONNECTOR, status());
  }

  private void tell() {
    if (status() == told || !registered || !connected) return;
    told = status();
    notifyStatus(CONNECTOR);
  }

  void meterValues(String context) {
    SampledValue value = new SampledValue(String.valueOf(meter()));
    value.setMeasurand("Energy.Active.Import.Register");
    value.setContext(context);
    value.setUnit("Wh");
    MeterValue[] values = {new MeterValue(instant(), new SampledValue[] {value})};
    Transaction running = transaction;
    enqueue(
        () -> {
          MeterValuesRequest request = new MeterValuesRequest(CONNECTOR);
          request.setMeterValue(values);
          if (running != null && running.number != null) request.setTransactionId(running.number);
          return request;
        },
        running != null,
        answer -> {});
  }

  private void begin() {
    if (welcome == null || !plugged || transaction != null || faulted) return;
    patience.cancel(false);
    meter();
    Transaction own = new Transaction(welcome);
    transaction = own;
    welcome = null;
    StartTransactionRequest start =
        new StartTransactionRequest(CONNECTOR, own.guest.idTag(), meter(), instant());
    enqueue(() -> start, true, answer -> begun(own, (StartTransactionConfirmation) answer));
    int every = settings.seconds("MeterValueSampleInterval");
    if (every > 0)
      own.sampling =
          thread.scheduleAtFixedRate(() -> meterValues("Sample.Periodic"), every, every, TimeUnit.SECONDS);
  }

  private void begun(Transaction own, StartTransactionConfirmation answer) {
    own.number = answer == null ? Integer.valueOf(-1) : answer.getTransactionId();
    if (transaction != own) return;
    meter();
    own.held = answer != null && answer.getIdTagInfo().getStatus() != AuthorizationStatus.Accepted;
    if (own.held && settings.is("StopTransactionOnInvalidId")) end(Reason.DeAuthorized, null);
    else tell();
  }

  private void end(Reason reason, String idTag) {
    Transaction over = transaction;
    if (over == null) return;
    if (over.sampling != null) over.sampling.cancel(false);
    int meter = meter();
    ZonedDateTime at = instant();
    transaction = null;
    finished = plugged;
    if (closing) operative = closing = false;
    enqueue(
        () -> {
          StopTransactionRequest stop = new StopTransactionRequest(meter, at, over.number);
          stop.setReason(reason);
          if (idTag != null) stop.setIdTag(idTag);
          return stop;
        },
        true,
        answer -> {});
    tell();
  }

  private void admit(Guest guest) {
    welcome = guest;
    finished = false;
    tell();
    patience =
        later(
            settings.seconds("ConnectionTimeOut") * 1000L,
            () -> {
              welcome = null;
              tell();
            });
    begin();
  }

  private void ask(String idTag, Consumer<Guest> accepted) {
    enqueue(
        () -> new AuthorizeRequest(idTag),
        false,
        answer -> {
          IdTagInfo info = answer == null ? null : ((AuthorizeConfirmation) answer).getIdTagInfo();
          if (info != null && info.getStatus() == AuthorizationStatus.Accepted)
            accepted.accept(new Guest(idTag, info.getParentIdTag()));
        });
  }

  private void present(String idTag) {
    Transaction running = transaction;
    if (running != null && running.guest.idTag().equalsIgnoreCase(idTag)) {
      end(Reason.Local, idTag);
      return;
    }
    if (running == null && !operative) return;
    ask(
        idTag,
        guest -> {
          if (running == null && transaction == null) admit(guest);
          else if (running != null
              && transaction == running
              && guest.parent() != null
              && guest.parent().equals(running.guest.parent())) end(Reason.Local, idTag);
        });
  }

  // What the back office orders; Orders answers, and has it done after that.

  boolean startable() {
    return transaction == null && welcome == null && operative && !faulted;
  }

  void remoteStart(String idTag) {
    if (settings.is("AuthorizeRemoteTxRequests")) ask(idTag, this::admit);
    else admit(new Guest(idTag, null));
  }

  boolean runs(int number) {
    return transaction != null && transaction.number != null && transaction.number == number;
  }

  void remoteStop() {
    end(Reason.Remote, null);
  }

  void unlock() {
    end(Reason.UnlockCommand, null);
  }

  void reset(ResetType type) {
    restart(type == ResetType.Hard ? Reason.HardReset : Reason.SoftReset);
  }


  AvailabilityStatus change(AvailabilityType type, boolean whole) {
    boolean open = type == AvailabilityType.Operative;
    if (!open && transaction != null) {
      closing = true;
      return AvailabilityStatus.Scheduled;
    }
    closing = false;
    operative = open;
    later(
        10,
        () -> {
          if (whole) notifyOf(0, open ? ChargePointStatus.Available : ChargePointStatus.Unavailable);
          tell();
        });
    return AvailabilityStatus.Accepted;
  }

  // The bench.

  private void serve(HttpExchange exchange) throws IOException {
    String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    JsonObject gesture = JsonParser.parseString(text).getAsJsonObject();
    boolean made = now(() -> make(gesture));
    exchange.sendResponseHeaders(made ? 204 : 501, -1);
    exchange.close();
  }

  private boolean make(JsonObject gesture) {
    meter();
    switch (gesture.get("gesture").getAsString()) {
      case "plugIn" -> {
        plugged = true;
        finished = false;
        begin();
      }
      case "plugOut" -> {
        plugged = finished = false;
        if (settings.is("StopTransactionOnEVSideDisconnect")) end(Reason.EVDisconnected, null);
      }
      case "presentToken" -> present(gesture.getAsJsonObject("token").get("idToken").getAsString());
      case "evReady" -> suspended = false;
      case "evSuspends" -> suspended = true;
      case "raiseFault" -> faulted = true;
      case "clearFault" -> faulted = false;
      case "powerCycle" -> restart(Reason.PowerLoss);
      default -> {
        return false;
      }
    }
    tell();
    return true;
  }
}
