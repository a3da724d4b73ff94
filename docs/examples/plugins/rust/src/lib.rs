//! Sample: a plugin for Dirty Host in Rust.
//!
//! - `sum(numbers…)` adds numbers: arguments, and errors
//! - `calls()` tells how many calls there have been: state that stays
//! - `count([limit])` streams 0, 1, 2, … up to the limit, or until nobody listens: streams, and cancellation
//! - `reverse(bytes)` gives bytes back in reverse order: attachments, in and out

#[path = "../../../../../Sources/CDirtyApp/include/dirty_app.rs"]
mod dirty_app;

use dirty_app::{Answer, App, Call, Error, Host, Level, E_INVALID, E_UNSUPPORTED};
use std::sync::atomic::{AtomicU64, Ordering};

/// The one instance in its process.
struct Sample {
    calls: AtomicU64,
}

impl App for Sample {
    fn open(host: Host, _config: &str) -> Result<Sample, String> {
        host.log(Level::Debug, "Sample is ready");
        Ok(Sample {
            calls: AtomicU64::new(0),
        })
    }

    fn handle(&self, call: &Call) -> Result<Answer, Error> {
        let calls = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        match call.action() {
            "sum" => Ok(Answer::json(
                numbers(call.args())?.iter().sum::<f64>().to_string(),
            )),
            "calls" => Ok(Answer::json(calls.to_string())),
            "count" => count(call),
            "reverse" => reverse(call),
            other => Err(Error::new(
                E_UNSUPPORTED,
                format!("Sample has no action \"{other}\""),
            )),
        }
    }
}

/// The elements of `json`, an array of numbers.
fn numbers(json: &str) -> Result<Vec<f64>, Error> {
    let inside = json.trim().strip_prefix('[').unwrap_or_default();
    let elements = inside.strip_suffix(']').unwrap_or_default().trim();
    if elements.is_empty() {
        return Ok(Vec::new());
    }
    let number = |text: &str| text.trim().parse::<f64>();
    let parsed: Result<Vec<f64>, _> = elements.split(',').map(number).collect();
    parsed.map_err(|_| {
        Error::new(
            E_INVALID,
            format!("only numbers are taken here, not {json}"),
        )
    })
}

fn count(call: &Call) -> Result<Answer, Error> {
    let limit = numbers(call.args())?.first().copied();
    call.begin_stream()?;
    let mut next: u64 = 0;
    // `emit` waits while the client reads slowly, and is an error once nobody listens.
    while limit.map_or(true, |limit| (next as f64) < limit) {
        call.emit(&next.to_string(), &[])?;
        next += 1;
    }
    Ok(Answer::none())
}

fn reverse(call: &Call) -> Result<Answer, Error> {
    let bytes = call
        .attachment(0)
        .ok_or_else(|| Error::new(E_INVALID, "reverse takes one attachment"))?;
    Ok(Answer::json("{\"$attachment\":0}").attach(bytes.iter().rev().copied().collect()))
}

const MANIFEST: &std::ffi::CStr = cr#"{"actions":[
    {"name":"sum","doc":"Adds numbers."},
    {"name":"calls","doc":"How many calls there have been."},
    {"name":"count","doc":"Streams 0, 1, 2, … up to a limit, if there is one.","streams":true,
     "parameters":[{"name":"limit","type":"number","required":false}]},
    {"name":"reverse","doc":"Gives bytes back in reverse order.",
     "parameters":[{"name":"bytes","type":"bytes","required":true}]}
]}"#;

dirty_app::export!(Sample, c"Sample", c"0.1.0", MANIFEST);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_json() {
        assert_eq!(numbers("[1, 2.5 ,3e1]").unwrap(), [1.0, 2.5, 30.0]);
        assert!(numbers(" [ ] ").unwrap().is_empty());
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(numbers("[1,\"two\"]").unwrap_err().status, E_INVALID);
    }
}
