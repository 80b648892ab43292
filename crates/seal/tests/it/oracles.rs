//! Two strangers judge our signatures and we judge theirs: Debian's xmlsec1 (another language, another parser) and
//! bergshamra. Where xmlsec1 is missing these tests fail and say how to get it; they never pass unseen.

use crate::fixture::{DOCUMENT, World, document, document_id, noon};
use seal::{Role, enveloped, sign, verify};
use std::process::{Command, Output};

fn xmlsec1(arguments: &[&str]) -> Output {
    Command::new("xmlsec1")
        .args(arguments)
        .output()
        .unwrap_or_else(|_| panic!("XMLSEC1 IS NOT INSTALLED, nothing was checked: apt-get install -y xmlsec1"))
}

/// Asks xmlsec1 about the nth signature, trusting only our root.
fn xmlsec1_accepts(world: &World, xml: &[u8], nth: usize) -> bool {
    let file = world.pem("asked.xml");
    std::fs::write(&file, xml).unwrap();
    let (root, service, professional) =
        (world.pem("root.cert.pem"), world.pem("service-ca.cert.pem"), world.pem("professional-ca.cert.pem"));
    let xpath = format!("(//*[local-name()='Signature'])[{nth}]");
    let output = xmlsec1(&[
        "--verify",
        "--id-attr:ID",
        "urn:hl7-org:v3:nonXMLBody",
        "--id-attr:ID",
        "urn:hl7finland:signatureTimestamp",
        "--id-attr:ID",
        "urn:vakka:toimija:Toimija",
        "--trusted-pem",
        root.to_str().unwrap(),
        "--untrusted-pem",
        service.to_str().unwrap(),
        "--untrusted-pem",
        professional.to_str().unwrap(),
        "--node-xpath",
        &xpath,
        file.to_str().unwrap(),
    ]);
    output.status.success()
}

/// Lets xmlsec1 fill a template's digests, value and certificate.
fn xmlsec1_signs(world: &World, template: &str, name: &str) -> Vec<u8> {
    let (file, out) = (world.pem("template.xml"), world.pem("signed.xml"));
    std::fs::write(&file, template).unwrap();
    let (key, certificate) = (world.pem(&format!("{name}.key.pem")), world.pem(&format!("{name}.cert.pem")));
    let pair = format!("{},{}", key.display(), leaf_only(world, &certificate));
    let output = xmlsec1(&[
        "--sign",
        "--id-attr:ID",
        "urn:hl7-org:v3:nonXMLBody",
        "--id-attr:ID",
        "urn:hl7finland:signatureTimestamp",
        "--id-attr:ID",
        "urn:vakka:toimija:Toimija",
        "--privkey-pem",
        &pair,
        "--output",
        out.to_str().unwrap(),
        file.to_str().unwrap(),
    ]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(out).unwrap()
}

/// The first certificate of a chain file, in a file of its own: xmlsec1 writes every certificate it is given.
fn leaf_only(world: &World, chain: &std::path::Path) -> String {
    let text = std::fs::read_to_string(chain).unwrap();
    let end = text.find("-----END CERTIFICATE-----").unwrap() + "-----END CERTIFICATE-----\n".len();
    let file = world.pem("leaf.pem");
    std::fs::write(&file, &text[..end]).unwrap();
    file.display().to_string()
}

fn both_signed(world: &World) -> String {
    let first = sign(document().as_bytes(), Role::Professional, &world.key("professional-sign"), noon()).unwrap();
    String::from_utf8(sign(&first, Role::System, &world.key("system"), noon()).unwrap()).unwrap()
}

#[test]
fn fr_39_xmlsec1_accepts_each_of_our_signatures_by_its_own_node() {
    let world = World::new();
    let xml = both_signed(&world);
    assert!(xmlsec1_accepts(&world, xml.as_bytes(), 1));
    assert!(xmlsec1_accepts(&world, xml.as_bytes(), 2));
    assert!(!xmlsec1_accepts(&world, xml.as_bytes(), 3), "there is no third");
}

#[test]
fn fr_39_what_is_tampered_with_xmlsec1_refuses_as_we_do() {
    let world = World::new();
    let xml = both_signed(&world);
    for (from, to) in [("eyJhIjoxfQ==", "eyJhIjoyfQ=="), (">2026-11-15T10:00:00Z<", ">2026-11-15T10:00:01Z<")] {
        let changed = xml.replace(from, to);
        assert!(verify(changed.as_bytes(), &document_id()).is_err());
        assert!(!xmlsec1_accepts(&world, changed.as_bytes(), 1) && !xmlsec1_accepts(&world, changed.as_bytes(), 2));
    }
}

#[test]
fn fr_39_bergshamra_accepts_ours_and_refuses_what_is_tampered_with() {
    use bergshamra::{DsigContext, KeysManager, dsig::verify::verify_all};
    let world = World::new();
    let judge = |xml: &str| {
        let context = DsigContext::new_permissive(KeysManager::new());
        verify_all(&context, xml).unwrap().iter().map(|one| one.is_valid()).collect::<Vec<_>>()
    };
    let xml = both_signed(&world);
    assert_eq!(judge(&xml), [true, true]);
    assert_eq!(judge(&xml.replace("eyJhIjoxfQ==", "eyJhIjoyfQ==")), [false, false]);
}

/// The document of another vendor: other prefixes, white space, CDATA, character references, comments, order of
/// attributes and of references, decimals in the time, another kind of ID.
fn strangers_template() -> String {
    let reference = |uri: &str, transforms: &str| {
        format!(
            r##"<Reference   URI="#{uri}"><Transforms>{transforms}
               <Transform Algorithm='http://www.w3.org/2001/10/xml-exc-c14n#'/></Transforms>
             <DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference>"##
        )
    };
    let enveloped = "<Transform Algorithm='http://www.w3.org/2000/09/xmldsig#enveloped-signature'></Transform>";
    format!(
        r#"<h:ClinicalDocument xmlns:fi="urn:hl7finland"
   xmlns:h="urn:hl7-org:v3"	xmlns:unused="urn:unused">
 <!-- a stranger -->
 <h:id root='{DOCUMENT}' />
 <fi:localSocialHeader>
  <fi:signatureCollection>
   <fi:signature>
     <fi:signatureDescription codeSystem="1.2.246.537.5.40127.2006" code='1'/>
     <fi:signatureTimestamp   ID='aika-1' > 2026-11-15T10:00:00.1234567Z</fi:signatureTimestamp>
     <Signature xmlns="http://www.w3.org/2000/09/xmldsig#">
       <SignedInfo><!-- in between -->
         <CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#" />
         <SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></SignatureMethod>
         {} {}
       </SignedInfo><SignatureValue/>
       <KeyInfo><X509Data><X509Certificate/></X509Data></KeyInfo>
     </Signature>
   </fi:signature>
  </fi:signatureCollection>
 </fi:localSocialHeader>
 <h:component><h:nonXMLBody z="&#9;tab
	and literal &quot;q&quot; &lt;&amp;" xmlns:a="urn:a" ID="body.of-document_1" a:z="2" xml:lang="fi" a:b='1>0'>
   <h:text representation="B64" mediaType="application/xhtml+xml">PGRp<!-- cut -->dj5IZWk8<![CDATA[L2Rpdj4=]]>&#10;&#13;</h:text>
   <json xmlns="urn:hl7finland" xmlns:fi="urn:hl7finland">
eyJhIjoxfQ==<sub xmlns=""><fi:x/></sub><?pi  some data ?></json>ÄÖ &gt; &#x1F600;
 </h:nonXMLBody></h:component>
</h:ClinicalDocument>"#,
        reference("aika-1", ""),
        reference("body.of-document_1", enveloped)
    )
}

#[test]
fn fr_39_a_strangers_document_signed_by_xmlsec1_verifies_here_and_takes_our_signature_too() {
    let world = World::new();
    let signed = xmlsec1_signs(&world, &strangers_template(), "professional-sign");
    let found = verify(&signed, &document_id()).unwrap();
    assert_eq!(found[0].role, Role::Professional);
    assert_eq!(found[0].at, "2026-11-15T10:00:00.1234567Z".parse().unwrap());

    let both = sign(&signed, Role::System, &world.key("system"), noon()).unwrap();
    assert_eq!(verify(&both, &document_id()).unwrap().len(), 2);
    assert!(xmlsec1_accepts(&world, &both, 1) && xmlsec1_accepts(&world, &both, 2));
    let text = String::from_utf8(both).unwrap();
    for (from, to) in [("a:z=\"2\"", "a:z=\"3\""), ("1F600", "1F601"), ("😀", "😁"), ("some data", "other data")] {
        let changed = text.replace(from, to);
        assert!(changed == text || verify(changed.as_bytes(), &document_id()).is_err(), "{from}");
    }
}

#[test]
fn fr_39_wrapping_that_fools_xmlsec1_does_not_fool_us() {
    let world = World::new();
    let xml = both_signed(&world);
    let start = xml.find("<nonXMLBody").unwrap();
    let end = xml.find("</nonXMLBody>").unwrap() + "</nonXMLBody>".len();
    let body = &xml[start..end];
    let forged = body.replace("eyJhIjoxfQ==", "eyJhIjoyfQ==").replace(&format!("OID{DOCUMENT}"), "evil");
    let wrapped = format!("{}{forged}{}", &xml[..start], &xml[end..])
        .replace("<ep2:localSocialHeader ", &format!("<x>{body}</x><ep2:localSocialHeader "));
    assert!(xmlsec1_accepts(&world, wrapped.as_bytes(), 1), "the attack is a real one");
    assert!(verify(wrapped.as_bytes(), &document_id()).is_err());
}

#[test]
fn the_toimija_crosses_to_xmlsec1_and_back() {
    let world = World::new();
    let plain = r#"<t:Toimija xmlns:t="urn:vakka:toimija" ID="toimija-1"><t:aika>2026-11-15</t:aika></t:Toimija>"#;
    let ours = enveloped::sign(plain.as_bytes(), "toimija-1", &world.key("system")).unwrap();
    assert!(xmlsec1_accepts(&world, &ours, 1));
    let changed = String::from_utf8(ours).unwrap().replace("2026-11-15", "2026-11-16");
    assert!(!xmlsec1_accepts(&world, changed.as_bytes(), 1));

    let template = r##"<Toimija ID="x-1"
   xmlns="urn:vakka:toimija"><aika>2026-11-15</aika><d:Signature xmlns:d="http://www.w3.org/2000/09/xmldsig#">
  <d:SignedInfo><d:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
  <d:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><d:Reference URI="#x-1">
  <d:Transforms><d:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
  <d:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></d:Transforms>
  <d:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><d:DigestValue/></d:Reference></d:SignedInfo>
  <d:SignatureValue/><d:KeyInfo><d:X509Data><d:X509Certificate/></d:X509Data></d:KeyInfo></d:Signature></Toimija>"##;
    let theirs = xmlsec1_signs(&world, template, "system");
    let leaf = world.key("system").chain()[0].clone();
    assert_eq!(enveloped::verify(&theirs).unwrap(), leaf);
}
