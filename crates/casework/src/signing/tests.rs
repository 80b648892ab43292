//! Decisions: who may sign, and that nothing but a card's signature makes one.

use crate::testing::{Answer, Browser, World};

/// The decision of C.2 step 5, without its decision maker.
pub fn decision() -> Vec<(&'static str, &'static str)> {
    vec![
        ("paatos.paatospaivamaara", "2026-09-21"),
        ("paatos.ratkaisun_laji", "1"),
        ("paatos.sosiaalipalvelu_jota_paatos_koskee.sosiaalipalvelu", "85"),
        ("paatos.sosiaalipalvelu_jota_paatos_koskee.palvelu_on_pitkaaikaista", "true"),
        ("paatos.ratkaisu_ja_perustelut", "Myönnetään ympärivuorokautinen palveluasuminen 28.9.2026 alkaen."),
        ("paatos.ratkaisun_lakiperuste", "Sosiaalihuoltolaki 21 c §"),
        ("paatos.paatoksen_voimassaolo.alkamispaiva", "2026-09-28"),
        ("paatos.lisatietojen_antaja[0].yhteystiedot.postiosoite.lahiosoite", "Virastotie 1"),
        ("paatos.lisatietojen_antaja[0].yhteystiedot.postiosoite.postinumero", "00000"),
        ("paatos.lisatietojen_antaja[0].yhteystiedot.postiosoite.postitoimipaikka", "Keskinen"),
        ("paatos.lisatietojen_antaja[0].yhteystiedot.puhelinnumero", "019 000 0000"),
        ("paatos.muutoksenhaku.muutoksenhakukeino", "1"),
        ("paatos.muutoksenhaku.ohjeteksti", "Päätökseen saa vaatia oikaisua 30 päivän kuluessa."),
    ]
}

async fn prepared(world: &World) -> (Browser, String, Answer) {
    let mut marja = world.by_card("marja").await;
    let path = world.aino(&mut marja).await;
    world.clock.set("2026-09-21T07:00:00Z");
    let mut marja = world.by_card("marja").await;
    let answer = marja.post_to(&format!("{path}/asiakirja/11000"), "#asiakirja", &decision()).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    (marja, answer.location.clone(), answer)
}

#[tokio::test]
async fn fr_40_fr_42_a_decision_waits_for_a_signer_with_the_power_and_his_card() {
    let (world, db) = World::new().await;
    let (mut marja, place, _) = prepared(&world).await;
    let sent = world.archive.messages();
    // Marja's delegation does not cover long-term housing.
    let page = marja.get(&place).await;
    let answer = world.card("marja", &page, "#allekirjoita", "222222");
    let forbidden = marja.fill(&page, "#allekirjoita", &[("vastaus", &answer)]).await;
    assert_eq!(forbidden.status, 403);
    assert!(forbidden.body.contains("SIGNER_FORBIDDEN"));
    let antti_id = page.fields("#siirra").iter().find(|(name, _)| name == "allekirjoittaja").unwrap().1.clone();
    assert_eq!(marja.fill(&page, "#siirra", &[("allekirjoittaja", &antti_id)]).await.status, 303);
    // Without a card there is nothing to sign with.
    let mut antti = world.by_password("antti").await;
    let page = antti.get(&place).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let missing = antti.fill(&page, "#allekirjoita", &[("vastaus", "")]).await;
    assert_eq!(missing.status, 403);
    assert!(missing.body.contains("SIGNATURE_MISSING"));
    world.send_all().await;
    assert_eq!(world.archive.messages(), sent, "an unsigned decision never leaves");
    // Another's card does not sign for Antti.
    let mut antti = world.by_card("antti").await;
    let page = antti.get(&place).await;
    let foreign = world.card("kaisa", &page, "#allekirjoita", "222222");
    let refused = antti.fill(&page, "#allekirjoita", &[("vastaus", &foreign)]).await;
    assert!(refused.status == 403 && refused.body.contains("SIGNER_FORBIDDEN"));
    let answer = world.card("antti", &page, "#allekirjoita", "222222");
    let done = antti.fill(&page, "#allekirjoita", &[("vastaus", &answer)]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    let kept = world.archive.kept().pop().unwrap();
    let signatures = seal::verify(&kept.bytes, &kept.document.header.id).unwrap();
    assert_eq!(signatures.len(), 1);
    assert_eq!(signatures[0].role, seal::Role::Professional);
    assert_eq!(kept.document.header.signers[0].family, "Hirvonen");
    let json = String::from_utf8(kept.document.body.json().unwrap().to_vec()).unwrap();
    assert!(json.contains("Hirvonen"), "the decision maker changed with the signer");
    db.drop().await;
}

#[tokio::test]
async fn fr_39_fr_40_an_implementation_plan_goes_with_the_system_signature_only() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = crate::recording::tests::in_the_care_home(&world).await;
    let fields = [
        ("suunnitelma.asetettavat_tavoitteet[0].nimi", "Yöt turvallisesti"),
        ("suunnitelma.asetettavat_tavoitteet[0].kuvaus", "Yökierrot klo 23, 2 ja 5; liiketunnistin"),
    ];
    let done = liisa.post_to(&format!("{path}/asiakirja/15004"), "#asiakirja", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    let kept = world.archive.kept().pop().unwrap();
    let signatures = seal::verify(&kept.bytes, &kept.document.header.id).unwrap();
    assert_eq!((signatures.len(), signatures[0].role), (1, seal::Role::System));
    // A provider writes no decision of the organiser.
    assert_eq!(liisa.get(&format!("{path}/asiakirja/11000")).await.status, 403);
    db.drop().await;
}

#[tokio::test]
async fn a_decision_can_go_back_to_its_writers_drafts() {
    let (world, db) = World::new().await;
    let (mut marja, place, _) = prepared(&world).await;
    let page = marja.get(&place).await;
    let back = marja.fill(&page, "#palauta", &[]).await;
    assert!(back.location.starts_with("/luonnokset/"));
    assert!(marja.get(&back.location).await.body.contains("Sosiaalihuoltolaki 21 c §"));
    assert_eq!(marja.get(&place).await.status, 404);
    db.drop().await;
}

#[tokio::test]
async fn fr_42_the_signer_named_in_the_content_is_the_card_holder() {
    let (world, db) = World::new().await;
    let (mut marja, place, _) = prepared(&world).await;
    let page = marja.get(&place).await;
    let antti_id = page.fields("#siirra").iter().find(|(name, _)| name == "allekirjoittaja").unwrap().1.clone();
    marja.fill(&page, "#siirra", &[("allekirjoittaja", &antti_id)]).await;
    // Marja is not the named signer any more, whatever card she shows.
    let page = marja.get(&place).await;
    assert!(page.attribute("#allekirjoita", "action").is_none());
    let mut antti = world.by_card("antti").await;
    let page = antti.get(&place).await;
    let foreign = world.card("marja", &page, "#allekirjoita", "222222");
    let refused = marja.post(&place, &[("vastaus", &foreign)]).await;
    assert!(refused.status == 403 && refused.body.contains("SIGNER_FORBIDDEN"));
    let refused = antti.fill(&page, "#allekirjoita", &[("vastaus", &foreign)]).await;
    assert!(refused.status == 403 && refused.body.contains("SIGNER_FORBIDDEN"));
    let own = world.card("antti", &page, "#allekirjoita", "222222");
    assert_eq!(antti.fill(&page, "#allekirjoita", &[("vastaus", &own)]).await.status, 303);
    db.drop().await;
}

#[tokio::test]
async fn fr_43_the_organisations_texts_stand_in_a_new_decision_and_the_service_starts_the_appeal_time() {
    let (world, db) = World::new().await;
    let mut antti = world.by_card("antti").await;
    let page = antti.get("/paatospohjat").await;
    assert_eq!(page.status, 200, "{}", page.text());
    let appeal = "Tähän päätökseen tyytymätön saa vaatia oikaisua 30 päivän kuluessa.";
    let text = [("laji", "11000"), ("kohta", "muutoksenhaku.ohjeteksti"), ("sisalto", appeal)];
    assert_eq!(antti.fill(&page, "#paatospohja", &text).await.status, 303);
    // The twin: who decides nothing and leads no unit keeps no texts.
    let mut liisa = world.by_card("liisa").await;
    assert_eq!(liisa.get("/paatospohjat").await.status, 403);
    assert_eq!(liisa.post("/paatospohjat", &text).await.status, 403);
    let mut marja = world.by_card("marja").await;
    let path = world.aino(&mut marja).await;
    world.clock.set("2026-09-21T07:00:00Z");
    let mut marja = world.by_card("marja").await;
    let form = marja.get(&format!("{path}/asiakirja/11000")).await;
    assert!(form.body.contains(appeal), "the text stands in the new decision");
    let mut fields = decision();
    fields.retain(|(name, _)| *name != "paatos.muutoksenhaku.ohjeteksti");
    let done = marja.fill(&form, "#asiakirja", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let page = marja.get(&done.location).await;
    let antti_id = page.fields("#siirra").iter().find(|(name, _)| name == "allekirjoittaja").unwrap().1.clone();
    assert_eq!(marja.fill(&page, "#siirra", &[("allekirjoittaja", &antti_id)]).await.status, 303);
    let oid = done.location.rsplit('/').next().unwrap().to_owned();
    let served = [("kenelle", "Aino Korpela"), ("tapa", "kirje"), ("paiva", "2026-09-21")];
    let unsigned = marja.post(&format!("/asiakirjat/{oid}/tiedoksianto"), &served).await;
    assert_eq!(unsigned.status, 409, "an unsigned decision is not served");
    let mut antti = world.by_card("antti").await;
    let page = antti.get(&done.location).await;
    let answer = world.card("antti", &page, "#allekirjoita", "222222");
    assert_eq!(antti.fill(&page, "#allekirjoita", &[("vastaus", &answer)]).await.status, 303);
    world.send_all().await;
    let shown = marja.get(&format!("/asiakirjat/{oid}")).await;
    let wrong = [("kenelle", "Aino Korpela"), ("tapa", "kirje"), ("paiva", "2026-09-20")];
    assert_eq!(marja.fill(&shown, "#tiedoksianto", &wrong).await.status, 422, "not before the decision");
    assert_eq!(marja.fill(&shown, "#tiedoksianto", &served).await.status, 303);
    let told = marja.get(&format!("/asiakirjat/{oid}")).await.text();
    // A letter is heard on the seventh day, and thirty days follow.
    assert!(told.contains("Aino Korpela · Kirjeellä · 21.9.2026") && told.contains("päättyy 28.10.2026"), "{told}");
    db.drop().await;
}
