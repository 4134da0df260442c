//! The socket: a thin shell that reads requests, asks the simulator and delivers its answers.
//!
//! It alone knows HTTP. Connections that faults cut are really cut.

use crate::{
    exchange::{Delivery, Request, Response},
    query,
    simulator::Simulator,
};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::{
    body::{Body, Frame, Incoming, SizeHint},
    header::AUTHORIZATION,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    net::TcpListener,
    task::JoinSet,
    time::{Sleep, sleep},
};

/// Why a connection ends without a whole answer.
#[derive(Debug, thiserror::Error)]
enum Cut {
    #[error("a fault cut the connection")]
    Fault,
    #[error("the request could not be read")]
    Request(#[from] hyper::Error),
    #[error("the answer could not be written")]
    Answer(#[from] hyper::http::Error),
}

impl Simulator {
    /// Answers on a socket until `shutdown` is ready; connections that are open then are cut.
    ///
    /// # Errors
    ///
    /// The socket's, when it takes no connections any more.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send,
    ) -> std::io::Result<()> {
        let mut connections = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            let stream = tokio::select! {
                () = &mut shutdown => return Ok(()),
                accepted = listener.accept() => accepted?.0,
                Some(_ended) = connections.join_next() => continue,
            };
            let simulator = self.clone();
            connections.spawn(async move {
                let service = service_fn(move |request| respond(simulator.clone(), request));
                let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                // A connection that was cut, by a fault or by the client, is no error here.
                drop(served.await);
            });
        }
    }
}

async fn respond(
    simulator: Simulator,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Delivered>, Cut> {
    let (head, body) = request.into_parts();
    let authorization = head.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let request = Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: query::pairs(head.uri.query().unwrap_or_default()),
        authorization: authorization.map(str::to_owned),
        body: body.collect().await?.to_bytes().to_vec(),
    };
    deliver(simulator.answer(&request))
}

fn deliver(response: Response) -> Result<hyper::Response<Delivered>, Cut> {
    if response.delivery == Delivery::Never {
        return Err(Cut::Fault);
    }
    let mut built = hyper::Response::builder().status(response.status);
    for (name, value) in &response.headers {
        built = built.header(name, value);
    }
    let length = response.body.len();
    let mut bytes = Bytes::from(response.body);
    let (mut late, mut is_cut) = (None, false);
    match response.delivery {
        Delivery::Late(ms) => late = Some(Box::pin(sleep(Duration::from_millis(ms)))),
        Delivery::Half => {
            bytes.truncate(length / 2);
            is_cut = true;
        }
        Delivery::Whole | Delivery::Never => {}
    }
    Ok(built.body(Delivered { bytes: Some(bytes), length, late, is_cut, has_waited: false })?)
}

/// A body on its way, as faults have it.
struct Delivered {
    bytes: Option<Bytes>,
    /// What the head promises.
    length: usize,
    late: Option<Pin<Box<Sleep>>>,
    is_cut: bool,
    has_waited: bool,
}

impl Body for Delivered {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(late) = &mut self.late {
            ready!(late.as_mut().poll(context));
            self.late = None;
        }
        match self.bytes.take().filter(|bytes| !bytes.is_empty()) {
            Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            // What was written before goes out while this waits once.
            None if self.is_cut && !self.has_waited => {
                self.has_waited = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            None if self.is_cut => Poll::Ready(Some(Err(Cut::Fault))),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.length == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length as u64)
    }
}
