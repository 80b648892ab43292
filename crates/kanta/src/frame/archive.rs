//! Building frames.

use super::{Frame, FrameDocument, Sending};
use crate::document::{Document, Header};
use crate::ids::{Interaction, ServiceRequest};
use crate::query::Query;

/// The frame that archives a document, a new version included: both come by the same interaction, with the service
/// request of the document's group (wire-format 15).
///
/// # Arguments
/// `bytes` are the signed document, sent exactly as they are.
pub fn archive(document: &Document, bytes: Vec<u8>, sending: Sending) -> Frame {
    let header = &document.header;
    let request = ServiceRequest::archive(&header.group.code).unwrap_or(ServiceRequest::ArchiveClient);
    let subject = FrameDocument::of(header);
    Frame { subject: Some(subject), package: Some(bytes), ..frame(request, Interaction::Archive, header, sending) }
}

/// The frame that nullifies a document, with the reason in words. It carries the metadata and no content.
pub fn nullify(header: &Header, reason: impl Into<String>, sending: Sending) -> Frame {
    let subject = FrameDocument::of(header);
    Frame {
        subject: Some(subject),
        reason: Some(reason.into()),
        ..frame(ServiceRequest::Nullify, Interaction::Archive, header, sending)
    }
}

fn frame(service_request: ServiceRequest, interaction: Interaction, header: &Header, sending: Sending) -> Frame {
    Frame {
        interaction,
        service_request,
        situation: sending.situation,
        message_id: sending.message_id,
        created: sending.created,
        processing: sending.processing,
        receiver: sending.receiver,
        controller: header.custodian.id.clone(),
        user: sending.user,
        subject: None,
        package: None,
        query: None,
        reason: None,
    }
}

/// The frame that asks.
pub fn query(query: Query, sending: Sending) -> Frame {
    let service_request = query.kind.request();
    Frame {
        interaction: service_request.interaction(),
        service_request,
        situation: sending.situation,
        message_id: sending.message_id,
        created: sending.created,
        processing: sending.processing,
        receiver: sending.receiver,
        controller: query.controller.clone(),
        user: sending.user,
        subject: None,
        package: None,
        query: Some(query),
        reason: None,
    }
}

impl FrameDocument {
    /// The frame's copy of a header.
    pub fn of(header: &Header) -> Self {
        Self {
            id: header.id.clone(),
            set_id: header.set_id.clone(),
            version: header.version,
            register: header.register.clone(),
            effective_time: Some(header.effective_time),
            confidentiality: Some(header.confidentiality.clone()),
            language: Some(header.language.tag().to_owned()),
            patients: header.patients.clone(),
            custodian: header.custodian.clone(),
            completion: "LA".to_owned(),
            storage: "AC".to_owned(),
        }
    }
}
