//! A server on loopback: archives, redirections and a registry of modules.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// One answer.
#[derive(Clone, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The connection ends after this many bytes of the body.
    pub(crate) cut: Option<usize>,
}

impl Reply {
    pub(crate) fn of(body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, body: body.into(), ..Self::default() }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

type Replies = BTreeMap<String, Vec<Reply>>;

/// A server with its answers by path; of several the last is given again and again.
pub(crate) struct Server {
    pub(crate) host: String,
    replies: Arc<Mutex<Replies>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let replies = Arc::<Mutex<Replies>>::default();
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let (theirs, asked) = (Arc::clone(&replies), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &theirs, &asked);
            }
        });
        Self { host, replies, requests }
    }

    pub(crate) fn gives(&self, path: &str, replies: impl IntoIterator<Item = Reply>) {
        let replies = replies.into_iter().collect();
        self.replies.lock().unwrap().insert(path.to_owned(), replies);
    }

    /// Returns the requests so far: the path, and the token that came with it.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Serves a module with its versions in a registry, each a zip archive.
    pub(crate) fn registry(&self, name: &str, versions: &[(&str, Vec<u8>)]) {
        let services = r#"{"modules.v1": "/v1/modules"}"#;
        self.gives("/.well-known/terraform.json", [Reply::of(services)]);
        let listed: Vec<String> =
            versions.iter().map(|(version, _)| format!(r#"{{"version": "{version}"}}"#)).collect();
        let listed = format!(r#"{{"modules": [{{"versions": [{}]}}]}}"#, listed.join(", "));
        self.gives(&format!("/v1/modules/{name}/versions"), [Reply::of(listed)]);
        for (version, archive) in versions {
            let path = format!("/packages/{version}.zip");
            self.gives(&path, [Reply::of(archive.clone())]);
            let reply = Reply::status(204).with("X-Terraform-Get", &path);
            self.gives(&format!("/v1/modules/{name}/{version}/download"), [reply]);
        }
    }
}

fn answer(mut stream: TcpStream, replies: &Mutex<Replies>, requests: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut request = path.clone();
    for line in lines.by_ref().take_while(|line| !line.is_empty()) {
        if line.to_lowercase().starts_with("authorization:") {
            request.push_str(&line[14..]);
        }
    }
    requests.lock().unwrap().push(request);
    let reply = {
        let mut replies = replies.lock().unwrap();
        let plain = path.split('?').next().unwrap_or_default();
        match replies.get_mut(plain) {
            Some(list) if list.len() > 1 => list.remove(0),
            Some(list) => list[0].clone(),
            None => Reply::status(404),
        }
    };
    let mut head = format!(
        "HTTP/1.1 {} X\r\nConnection: close\r\nContent-Length: {}\r\n",
        reply.status,
        reply.body.len()
    );
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let body = &reply.body[..reply.cut.unwrap_or(reply.body.len())];
    // A client that was killed does not listen any more.
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).ok();
}
