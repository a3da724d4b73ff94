//! Calls Dirty Host with nothing but Rust's standard library: rustc client.rs && ./client SOCKET
use std::io::{Error, Read, Result, Write};
use std::os::unix::net::UnixStream;

struct Dirty(UnixStream);

impl Dirty {
    /// Calls an action, its arguments being JSON text, and hands on each chunk of a stream. Returns the last reply.
    fn call(&mut self, app: &str, action: &str, args: &str, mut chunk: impl FnMut(&str)) -> Result<String> {
        // One call at a time: its id is free again once it is answered.
        let call = format!(r#""id":1,"app_path":"{app}","action":"{action}","args":{args}"#);
        let request = format!(r#"{{"type":"request",{call}}}"#);
        self.0.write_all(&(request.len() as u32).to_be_bytes())?;
        self.0.write_all(request.as_bytes())?;
        loop {
            let mut length = [0; 4];
            self.0.read_exact(&mut length)?;
            let mut json = vec![0; u32::from_be_bytes(length) as usize];
            self.0.read_exact(&mut json)?;
            let reply = String::from_utf8(json).map_err(Error::other)?;
            if member(&reply, "type") != "\"chunk\"" {
                return Ok(reply);
            }
            chunk(member(&reply, "data"));
        }
    }
}

/// The value of a member of an object, as JSON text; empty if there is none.
fn member<'a>(json: &'a str, name: &str) -> &'a str {
    let (mut depth, mut start, mut quoted, mut escaped) = (0, 1, false, false);
    for (i, byte) in json.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' | b',' if !quoted => {
                let (key, value) = json[start..i].split_once(':').unwrap_or_default();
                if depth == 1 && key.trim().trim_matches('"') == name {
                    return value.trim();
                }
                start = if depth == 1 { i + 1 } else { start };
                depth -= (byte != b',') as i32;
            }
            _ => {}
        }
    }
    ""
}

fn main() -> Result<()> {
    let mut dirty = Dirty(UnixStream::connect(std::env::args().nth(1).expect("usage: client SOCKET"))?);
    println!("call: {}", member(&dirty.call("echo", "echo", "[\"hello\"]", |_| {})?, "result"));
    dirty.call("echo", "count_to", "[3]", |chunk| println!("stream: {chunk}"))?;
    let reply = dirty.call("echo", "shout", "[\"hello\"]", |_| {})?;
    let error = member(&reply, "error");
    println!("error: {} {}", member(error, "error_type"), member(member(error, "details"), "executed"));
    Ok(())
}
