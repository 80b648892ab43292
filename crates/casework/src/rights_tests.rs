//! The client system decides by the archive's own function: the denied groups of the decree hold at the desk too.

use crate::{recording::tests::entry, testing::World};

#[tokio::test]
async fn fr_101_who_arranges_writes_no_therapy_at_the_own_desk_either() {
    let (world, db) = World::new().await;
    let mut marja = world.by_card("marja").await;
    let path = world.aino(&mut marja).await;
    let before = world.archive.messages();
    let fields = [("teksti", "Keskusteltiin surusta."), ("palvelu", "45")];
    for kind in ["19014", "19015"] {
        let refused = marja.post_to(&format!("{path}/asiakirja/{kind}"), "#asiakirja", &fields).await;
        assert_eq!(refused.status, 403, "{kind}");
        assert!(refused.body.contains("ROLE_FORBIDDEN"), "{kind}");
    }
    world.send_all().await;
    assert_eq!(world.archive.messages(), before, "nothing went");
    // The twin: an entry that is of her duty.
    let done = marja.post_to(&format!("{path}/asiakirja/19005"), "#asiakirja", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    db.drop().await;
}

#[tokio::test]
async fn fr_101_therapy_in_the_own_register_is_hidden_from_every_duty_that_the_decree_denies_it() {
    let (world, db) = World::new().await;
    let mut ritva = world.by_card("ritva").await;
    let fields = [("hetu", "170350-962A"), ("palvelu", "85"), ("tapahtuma", "2026-09-07T09:00")];
    let path = ritva.post_to("/oma-asiakas", "#oma-asiakas", &fields).await.location;
    let mut liisa = world.by_card("liisa").await;
    let common = entry(&mut liisa, &path, "Leena lauloi kuorossa.").await;
    let fields = [("teksti", "Leena suri miestään.")];
    let done = liisa.post_to(&format!("{path}/asiakirja/19014"), "#asiakirja", &fields).await;
    assert_eq!(done.status, 303, "who carries out writes it: {}", done.text());
    world.send_all().await;
    let kept = world.archive.kept();
    let kind =
        |one: &&crate::testing::Kept| one.document.header.specific_type.as_ref().is_some_and(|t| t.code == "19014");
    let therapy = kept.iter().find(kind).unwrap().document.header.id.to_string();
    let page = ritva.get(&path).await;
    assert!(page.body.contains(&common) && !page.body.contains(&therapy));
    let narrative = ritva.get(&format!("{path}/kertomus")).await;
    assert!(narrative.body.contains("Leena lauloi kuorossa.") && !narrative.body.contains("Leena suri"));
    // It opens, is corrected and made void as if it did not exist.
    for what in ["", "/korjaa", "/mitatoi"] {
        let refused = ritva.get(&format!("/asiakirjat/{therapy}{what}")).await;
        assert_eq!(refused.status, 404, "{what}");
        assert_eq!(ritva.get(&format!("/asiakirjat/{common}{what}")).await.status, 200, "{what}");
    }
    db.drop().await;
}

#[tokio::test]
async fn fr_36_what_was_made_void_does_not_open_any_more() {
    let (world, db) = World::new().await;
    let mut marja = world.by_card("marja").await;
    let path = world.aino(&mut marja).await;
    let fields = [("teksti", "Toisen asiakkaan asia."), ("palvelu", "45")];
    marja.post_to(&format!("{path}/asiakirja/19005"), "#asiakirja", &fields).await;
    world.send_all().await;
    let oid = world.archive.kept().last().unwrap().document.header.id.to_string();
    assert_eq!(marja.get(&format!("/asiakirjat/{oid}")).await.status, 200);
    let void = marja.post_to(&format!("/asiakirjat/{oid}/mitatoi"), "#mitatoi", &[("syy", "väärä asiakas")]).await;
    assert_eq!(void.status, 303, "{}", void.text());
    let opened = marja.get(&format!("/asiakirjat/{oid}")).await;
    assert!(opened.status >= 400 && opened.body.contains("DOC_INVALIDATED"), "{}", opened.status);
    assert!(!opened.body.contains("Toisen asiakkaan asia."));
    assert!(marja.get(&path).await.rows("#asiakirjat").contains(&(oid, "invalidated".to_owned())), "its row stays");
    db.drop().await;
}

#[tokio::test]
async fn fr_36_a_providers_copy_of_what_was_made_void_does_not_open_any_more_either() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = crate::recording::tests::in_the_care_home(&world).await;
    let kept = entry(&mut liisa, &path, "Aino lauloi.").await;
    let void = entry(&mut liisa, &path, "Toisen asiakkaan asia.").await;
    world.send_all().await;
    let done = liisa.post_to(&format!("/asiakirjat/{void}/mitatoi"), "#mitatoi", &[("syy", "väärä asiakas")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    for what in ["", "/korjaa", "/mitatoi"] {
        let opened = liisa.get(&format!("/asiakirjat/{void}{what}")).await;
        assert_eq!(opened.status, 403, "{what}");
        assert!(opened.body.contains("DOC_INVALIDATED") && !opened.body.contains("Toisen asiakkaan asia."), "{what}");
        // The twin: what stands opens.
        assert_eq!(liisa.get(&format!("/asiakirjat/{kept}{what}")).await.status, 200, "{what}");
    }
    assert!(liisa.get(&path).await.rows("#asiakirjat").contains(&(void, "invalidated".to_owned())), "its row stays");
    db.drop().await;
}
