"""Signatures made and checked by the outside program `xmlsec1`, and the stranger's installed keys."""

import base64
import re
import subprocess
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
# The nodes whose ID attributes a signature may name; without a schema xmlsec1 must be told.
ID_NODES = ("urn:hl7-org:v3:nonXMLBody", "urn:hl7finland:signatureTimestamp", "urn:vakka:toimija:1:Toimija")
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"


def xml_parser():
    """A parser that loads nothing from outside."""
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


class Keys:
    """The stranger's installed keys and certificates: a folder of PEM files."""

    def __init__(self, folder, origin=None):
        self.folder = folder
        self.origin = origin

    def pair(self, name):
        """Paths of a key and its certificate."""
        return self.folder / f"{name}.key.pem", self.folder / f"{name}.cert.pem"

    def certificate(self, name):
        """The first certificate of the file, DER: the leaf without its chain."""
        loaded = x509.load_pem_x509_certificate(self.pair(name)[1].read_bytes())
        return loaded.public_bytes(serialization.Encoding.DER)

    def card_signature(self, name, text):
        """What a card answers: the text signed with its authentication key."""
        key = serialization.load_pem_private_key(self.pair(name)[0].read_bytes(), password=None)
        return key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())

    def root(self):
        """The self-signed authority that the archive's TLS certificate leads to."""
        for path in sorted((self.folder / "ca").glob("*.pem")):
            if b"CERTIFICATE" not in path.read_bytes():
                continue
            if (found := x509.load_pem_x509_certificate(path.read_bytes())).issuer == found.subject:
                return path
        raise AssertionError("no root certificate among the installed ones")


def b64(data):
    return base64.b64encode(data).decode()


def xmlsec(arguments, data):
    """Runs xmlsec1 on a document. Returns its exit code, standard output and error."""
    with tempfile.NamedTemporaryFile(suffix=".xml") as file:
        file.write(data)
        file.flush()
        ids = [word for node in ID_NODES for word in ("--id-attr:ID", node)]
        command = ["xmlsec1", arguments[0], *ids, *arguments[1:], file.name]
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def signature_template(references):
    """An unsigned ds:Signature; `references` are (id, enveloped)."""
    parts = []
    for target, enveloped in references:
        transforms = ([ENVELOPED] if enveloped else []) + [EXCLUSIVE]
        words = "".join(f'<ds:Transform Algorithm="{one}"/>' for one in transforms)
        parts.append(
            f'<ds:Reference URI="#{target}"><ds:Transforms>{words}</ds:Transforms>'
            '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
            "<ds:DigestValue></ds:DigestValue></ds:Reference>"
        )
    return (
        '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/>'
        '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
        f"{''.join(parts)}</ds:SignedInfo><ds:SignatureValue></ds:SignatureValue>"
        "<ds:KeyInfo><ds:X509Data></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )


def sign(template, keys, names):
    """Signs the templates of a document, one after another.

    xmlsec1 computes; its values are put back into our own bytes, so that the style of the template (line ends, quotes,
    order of attributes) stays as it was written.
    """
    for number, name in enumerate(names, 1):
        key, certificate = keys.pair(name)
        node = "(//*[local-name()='Signature' and .//*[local-name()='DigestValue' and not(text())]])[1]"
        code, signed, words = xmlsec(
            ["--sign", "--privkey-pem", f"{key},{certificate}", "--node-xpath", node], template
        )
        assert code == 0, f"xmlsec1 could not sign: {words}"
        made = etree.fromstring(signed, xml_parser()).findall(f".//{{{DS}}}Signature")[number - 1]
        for digest in made.iter(f"{{{DS}}}DigestValue"):
            template = put(template, "DigestValue", digest.text)
        template = put(template, "SignatureValue", made.findtext(f"{{{DS}}}SignatureValue"))
        template = put(template, "X509Data", lambda prefix, name=name: (
            f"<{prefix}X509Certificate>{b64(keys.certificate(name))}</{prefix}X509Certificate>"
        ))
    return template


def put(text, element, value):
    """Fills the first empty element of that name."""
    pattern = re.compile(rb"<(\w+:)?" + element.encode() + rb"\s*></", re.S)
    found = pattern.search(text)
    value = value((found[1] or b"").decode()) if callable(value) else value.strip()
    return text[: found.end() - 2] + value.encode() + text[found.end() - 2 :]
