/** TLS with certificates from a folder of `plugproof pki`, as back office and as charger. */

import eu.chargetime.ocpp.wss.WssFactoryBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManagerFactory;
import org.java_websocket.SSLSocketChannel2;
import org.java_websocket.WebSocketServerFactory;
import org.java_websocket.server.DefaultSSLWebSocketServerFactory;

final class Tls {
  private static final String ORGANIZATION = "plugproof";
  private static final char[] NO_PASSWORD = new char[0];

  private Tls() {}

  /** Shows the named certificates, and trusts the root of the folder. */
  static SSLContext context(Path pki, String... names) throws GeneralSecurityException, IOException {
    KeyStore own = store();
    for (String name : names) own.setKeyEntry(name, key(pki, name), NO_PASSWORD, chain(pki, name));
    KeyStore roots = store();
    roots.setCertificateEntry("ca", chain(pki, "ca")[0]);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("NewSunX509");
    keys.init(own, NO_PASSWORD);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore store() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static Certificate[] chain(Path pki, String name) throws GeneralSecurityException, IOException {
    byte[] text = Files.readAllBytes(pki.resolve(name + ".pem"));
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(text))
        .toArray(Certificate[]::new);
  }

  private static PrivateKey key(Path pki, String name) throws GeneralSecurityException, IOException {
    String text = Files.readString(pki.resolve(name + ".key")).replaceAll("-----[A-Z ]+-----|\\s", "");
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text));
    try {
      return KeyFactory.getInstance("EC").generatePrivate(spec);
    } catch (GeneralSecurityException exception) {
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    }
  }

  /** The library does not tell a back office which certificate a station has shown: this remembers it by its address. */
  static final class Lobby extends DefaultSSLWebSocketServerFactory {
    private final Map<SocketAddress, SSLEngine> engines = new ConcurrentHashMap<>();
    private final boolean certificates;

    Lobby(SSLContext context, boolean certificates) {
      super(context, Executors.newCachedThreadPool());
      this.certificates = certificates;
    }

    WssFactoryBuilder builder() {
      return new WssFactoryBuilder() {
        @Override
        public WebSocketServerFactory build() {
          return Lobby.this;
        }

        @Override
        public void verify() {}
      };
    }

    @Override
    public ByteChannel wrapChannel(SocketChannel channel, SelectionKey key) throws IOException {
      SSLEngine engine = sslcontext.createSSLEngine();
      engine.setUseClientMode(false);
      // With TLS 1.3 the library's channel waits without end in every third handshake.
      engine.setEnabledProtocols(new String[] {"TLSv1.2"});
      engine.setNeedClientAuth(certificates);
      if (certificates) engines.put(channel.getRemoteAddress(), engine);
      return new SSLSocketChannel2(channel, engine, exec, key);
    }

    /** Whether who comes from there has shown the certificate of that station. */
    boolean isOf(InetSocketAddress address, String identity) {
      SSLEngine engine = engines.remove(address);
      if (engine == null) return false;
      try {
        LdapName subject = new LdapName(engine.getSession().getPeerPrincipal().getName());
        return has(subject, "CN", identity) && has(subject, "O", ORGANIZATION);
      } catch (SSLPeerUnverifiedException | InvalidNameException exception) {
        return false;
      }
    }

    private static boolean has(LdapName subject, String type, String value) {
      return subject.getRdns().stream().anyMatch(rdn -> rdn.getType().equals(type) && rdn.getValue().equals(value));
    }
  }
}
