"""Whom the back office on PyPI `ocpp` lets in: the security profiles of OCPP, with certificates from a folder of `plugproof pki`."""

import base64
import ssl
from urllib.parse import unquote

ORGANIZATION = "plugproof"

# The four suites that OCPP wants (A00.FR.318).
SUITES = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-GCM-SHA384"


def identity_of(path):
    return unquote(path.split("?")[0].rsplit("/", 1)[-1])


def tls_of(profile, pki):
    """The TLS settings of a profile; none below 2."""
    if profile < 2:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(SUITES)
    for name in ("csms", "csms-rsa"):
        context.load_cert_chain(f"{pki}/{name}.pem", f"{pki}/{name}.key")
    if profile == 3:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(f"{pki}/ca.pem")
        context.load_verify_locations(f"{pki}/crl.pem")
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    return context


class Admission:
    def __init__(self, profile, password, books):
        self.profile = profile
        self.password = password
        self.books = books

    def check(self, connection, request):
        """Lets in who shows the certificate or the password of the station that it says it is."""
        identity = identity_of(request.path)
        right = self.has_certificate(connection, identity) if self.profile == 3 else self.has_password(request, identity)
        if right:
            return None
        response = connection.respond(401, "Unauthorized\n")
        if self.profile < 3:
            response.headers["WWW-Authenticate"] = 'Basic realm="stations"'
        return response

    def has_certificate(self, connection, identity):
        certificate = connection.transport.get_extra_info("peercert") or {}
        subject = dict(pair for name in certificate.get("subject", ()) for pair in name)
        return subject.get("commonName") == identity and subject.get("organizationName") == ORGANIZATION

    def has_password(self, request, identity):
        password = self.books.passwords.get(identity, self.password)
        if password is None:
            return True
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        # A 1.6 key is bytes: one character for each.
        right = base64.b64encode(f"{identity}:{password}".encode("latin-1")).decode()
        return scheme.lower() == "basic" and shown == right

    def note(self, identity, action, payload, answer):
        """Notes the password that the operator has sent to a station, once that has taken it."""
        response = answer.get("response", {})
        if action == "ChangeConfiguration" and payload["key"] == "AuthorizationKey":
            if response.get("status") == "Accepted":
                self.books.passwords[identity] = bytes.fromhex(payload["value"]).decode("latin-1")
        if action == "SetVariables" and payload["setVariableData"][0]["variable"]["name"] == "BasicAuthPassword":
            if response.get("setVariableResult", [{}])[0].get("attributeStatus") == "Accepted":
                self.books.passwords[identity] = payload["setVariableData"][0]["attributeValue"]
