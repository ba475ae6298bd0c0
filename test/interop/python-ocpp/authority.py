"""Signs what stations want signed, with the root of a folder of `plugproof pki`; PyPI `cryptography` does it."""

from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAYS = 90


class Authority:
    def __init__(self, pki):
        with open(f"{pki}/ca.pem", "rb") as file:
            self.root = x509.load_pem_x509_certificate(file.read())
        with open(f"{pki}/ca.key", "rb") as file:
            self.key = serialization.load_pem_private_key(file.read(), password=None)

    def sign(self, csr, identity):
        """The certificate chain as PEM; None where nothing is signed for this station."""
        try:
            request = x509.load_pem_x509_csr(csr.encode())
            names = request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
            if not request.is_signature_valid or [name.value for name in names] != [identity]:
                return None
        except ValueError:
            return None
        now = datetime.now(timezone.utc)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(request.subject)
            .issuer_name(self.root.subject)
            .public_key(request.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + timedelta(days=DAYS))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM).decode()
