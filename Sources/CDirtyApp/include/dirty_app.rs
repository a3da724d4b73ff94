//! dirty_app.rs: plugins for Dirty Host in Rust, without a crate, over dirty_app.h, which states the contracts behind
//! all this. Copy it beside your own files.
//!
//! ```ignore
//! mod dirty_app;
//!
//! struct Greeter;
//! impl dirty_app::App for Greeter {
//!     fn open(_host: Host, _config: &str) -> Result<Self, String> { Ok(Greeter) }
//!     fn handle(&self, call: &Call) -> Result<Answer, Error> { Ok(Answer::json(call.args())) }
//! }
//! dirty_app::export!(Greeter, c"Greeter", c"1.0");
//! ```
//!
//! Each process makes one instance, which is dropped when the worker ends in good order. A panic is caught: the caller
//! gets an error, and the process is replaced (E_POISONED). That needs unwinding: no `panic = "abort"`.
#![allow(dead_code)]

use std::ffi::{c_char, c_void, CStr};
use std::panic::{catch_unwind, AssertUnwindSafe};

/// Something went wrong inside, for no fault of the caller.
pub const E_INTERNAL: i32 = -1;
/// The arguments are not acceptable.
pub const E_INVALID: i32 = -2;
/// What the call asks for isn't there.
pub const E_NOT_FOUND: i32 = -3;
/// There is no such action.
pub const E_UNSUPPORTED: i32 = -4;
/// Not now; the caller may try again.
pub const E_BUSY: i32 = -5;
/// The call has been cancelled.
pub const E_CANCELLED: i32 = -6;
/// The call's deadline has passed.
pub const E_DEADLINE: i32 = -7;
/// A panic was caught; the process is replaced.
pub const E_POISONED: i32 = -11;

/// Flag: `handle` may run on several threads at once. Without it one call at a time runs in each worker.
pub const CONCURRENT: u64 = 0x1;
/// Flag: `open`, `handle` and `drop` run on one thread, always the same.
pub const PINNED: u64 = 0x1_0000_0000;
/// Flag: no other app may live in the same process.
pub const EXCLUSIVE: u64 = 0x2_0000_0000;

/// How grave a line of the log is.
#[derive(Clone, Copy)]
pub enum Level {
    Debug = 0,
    Info = 1,
    Warning = 2,
    Error = 3,
}

/// What a plugin is made of.
pub trait App: Send + Sync + Sized + 'static {
    /// Makes the instance. `config` is JSON, "{}" or "null" if the operator gave none. An error is told to the
    /// operator, and the plugin isn't loaded.
    fn open(host: Host, config: &str) -> Result<Self, String>;

    /// Runs one call.
    fn handle(&self, call: &Call) -> Result<Answer, Error>;
}

/// What an action answers with.
#[derive(Default)]
pub struct Answer {
    json: String,
    attachments: Vec<Vec<u8>>,
}

impl Answer {
    /// A result. After chunks it is the last one.
    pub fn json(text: impl Into<String>) -> Answer {
        Answer {
            json: text.into(),
            attachments: Vec::new(),
        }
    }

    /// No result: `null`, or the end of a stream.
    pub fn none() -> Answer {
        Answer::default()
    }

    /// Bytes that go along; the JSON names the first by `{"$attachment":0}`.
    pub fn attach(mut self, bytes: Vec<u8>) -> Answer {
        self.attachments.push(bytes);
        self
    }
}

/// How an action says no.
#[derive(Debug)]
pub struct Error {
    /// One of the `E_…` numbers.
    pub status: i32,
    /// What failed, with which value, and what to do.
    pub message: String,
    /// A JSON object for programs, or nothing.
    pub details: String,
}

impl Error {
    /// An error without details.
    pub fn new(status: i32, message: impl Into<String>) -> Error {
        Error {
            status,
            message: message.into(),
            details: String::new(),
        }
    }

    fn json(&self) -> String {
        match self.details.as_str() {
            "" => format!("{{\"message\":{}}}", quote(&self.message)),
            details => format!(
                "{{\"message\":{},\"details\":{details}}}",
                quote(&self.message)
            ),
        }
    }
}

/// `text` as a JSON string with its quotes.
pub fn quote(text: &str) -> String {
    let mut json = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            '\0'..='\u{1f}' => json += &format!("\\u{:04x}", c as u32),
            _ => json.push(c),
        }
    }
    json + "\""
}

/// What the host provides. Any thread.
#[derive(Clone, Copy)]
pub struct Host(&'static HostTable);

impl Host {
    /// Writes a line to the host's log.
    pub fn log(&self, level: Level, line: &str) {
        unsafe { (self.0.log)(self.0.ctx, level as i32, line.as_ptr(), line.len()) }
    }
}

/// A call while it runs.
pub struct Call<'a> {
    host: Host,
    request: &'a Request,
}

impl<'a> Call<'a> {
    /// The call's number.
    pub fn id(&self) -> u64 {
        self.request.id
    }

    /// What is asked for.
    pub fn action(&self) -> &'a str {
        unsafe { self.request.action.text() }
    }

    /// Positional arguments: a JSON array.
    pub fn args(&self) -> &'a str {
        unsafe { self.request.args.text() }
    }

    /// Named arguments: a JSON object.
    pub fn kwargs(&self) -> &'a str {
        unsafe { self.request.kwargs.text() }
    }

    /// The bytes that the JSON names by `{"$attachment":index}`.
    pub fn attachment(&self, index: usize) -> Option<&'a [u8]> {
        let inside = index < self.request.attachment_count as usize;
        inside.then(|| unsafe { (*self.request.attachments.add(index)).bytes() })
    }

    /// When the call's time is up, in nanoseconds of CLOCK_MONOTONIC; 0 for never.
    pub fn deadline_ns(&self) -> u64 {
        self.request.deadline_ns
    }

    /// Whether nobody waits for the answer any more. Cheap enough for an inner loop.
    pub fn is_cancelled(&self) -> bool {
        self.check().is_err()
    }

    /// An error if nobody waits for the answer any more; pass it on with `?`.
    pub fn check(&self) -> Result<(), Error> {
        Self::outcome(unsafe { (self.host.0.poll)(self.host.0.ctx, self.request.id) })
    }

    /// Says that the answer is a stream, even if no chunk comes.
    pub fn begin_stream(&self) -> Result<(), Error> {
        self.send(1, "", &[])
    }

    /// Sends a chunk of a stream; waits while the caller reads slowly. An error once nobody wants it; pass it on.
    pub fn emit(&self, json: &str, attachments: &[&[u8]]) -> Result<(), Error> {
        self.send(0, json, attachments)
    }

    fn send(&self, kind: i32, json: &str, attachments: &[&[u8]]) -> Result<(), Error> {
        let out: Vec<Out> = attachments.iter().map(|bytes| Out::lend(bytes)).collect();
        let (host, count) = (self.host.0, out.len() as u32);
        let id = self.request.id;
        Self::outcome(unsafe {
            (host.emit)(
                host.ctx,
                id,
                kind,
                json.as_ptr(),
                json.len(),
                out.as_ptr(),
                count,
            )
        })
    }

    fn finish(&self, status: i32, json: &str, attachments: &[Vec<u8>]) {
        let out: Vec<Out> = attachments.iter().map(|bytes| Out::lend(bytes)).collect();
        let (host, count) = (self.host.0, out.len() as u32);
        let id = self.request.id;
        unsafe {
            (host.finish)(
                host.ctx,
                id,
                status,
                json.as_ptr(),
                json.len(),
                out.as_ptr(),
                count,
            )
        };
    }

    fn outcome(status: i32) -> Result<(), Error> {
        match status {
            0 => Ok(()),
            -8..=-6 => Err(Error::new(status, "nobody waits for the answer any more")),
            _ => Err(Error::new(status, "the host refused a chunk")),
        }
    }
}

/// Makes a type the library's plugin: `export!(Type, c"Name", c"1.0")`; behind that, where wanted, its manifest (JSON)
/// and its flags.
macro_rules! export {
    ($app:ty, $name:expr, $version:expr) => {
        $crate::dirty_app::export!($app, $name, $version, c"{\"actions\":[]}", 0);
    };
    ($app:ty, $name:expr, $version:expr, $manifest:expr) => {
        $crate::dirty_app::export!($app, $name, $version, $manifest, 0);
    };
    ($app:ty, $name:expr, $version:expr, $manifest:expr, $flags:expr) => {
        #[no_mangle]
        pub extern "C" fn dirty_app_v1() -> *const $crate::dirty_app::AppTable {
            static TABLE: $crate::dirty_app::AppTable =
                $crate::dirty_app::AppTable::new::<$app>($name, $version, $manifest, $flags);
            &TABLE
        }
    };
}
pub(crate) use export;

// The structs of dirty_app.h: the same members in the same order.

/// `DirtyView`.
#[repr(C)]
struct View {
    ptr: *const u8,
    len: usize,
}

impl View {
    /// The bytes, for as long as the call goes on.
    unsafe fn bytes<'a>(&self) -> &'a [u8] {
        if self.len == 0 {
            return &[];
        }
        std::slice::from_raw_parts(self.ptr, self.len)
    }

    /// The text, which the host promises to be UTF-8.
    unsafe fn text<'a>(&self) -> &'a str {
        std::str::from_utf8_unchecked(self.bytes())
    }
}

/// `DirtyOut`.
#[repr(C)]
struct Out {
    ptr: *const u8,
    len: usize,
    release: Option<unsafe extern "C" fn(*mut c_void)>,
    ctx: *mut c_void,
}

impl Out {
    fn lend(bytes: &[u8]) -> Out {
        Out {
            ptr: bytes.as_ptr(),
            len: bytes.len(),
            release: None,
            ctx: std::ptr::null_mut(),
        }
    }
}

/// `DirtyRequest`.
#[repr(C)]
struct Request {
    struct_size: u32,
    flags: u32,
    id: u64,
    deadline_ns: u64,
    action: View,
    args: View,
    kwargs: View,
    attachments: *const View,
    attachment_count: u32,
    reserved: u32,
}

type SendFunction =
    unsafe extern "C" fn(*mut c_void, u64, i32, *const u8, usize, *const Out, u32) -> i32;

/// `DirtyHost`.
#[repr(C)]
struct HostTable {
    struct_size: u32,
    abi_major: u16,
    abi_minor: u16,
    ctx: *mut c_void,
    poll: unsafe extern "C" fn(*mut c_void, u64) -> i32,
    emit: SendFunction,
    finish: SendFunction,
    alloc: unsafe extern "C" fn(*mut c_void, u64, usize) -> *mut c_void,
    log: unsafe extern "C" fn(*mut c_void, i32, *const u8, usize),
    extension: unsafe extern "C" fn(*mut c_void, *const c_char) -> *const c_void,
}

// Every function of the host may be called on any thread.
unsafe impl Sync for HostTable {}

/// `DirtyApp`.
#[repr(C)]
pub struct AppTable {
    struct_size: u32,
    abi_minor: u16,
    min_host_minor: u16,
    flags: u64,
    name: *const c_char,
    version: *const c_char,
    manifest: *const c_char,
    open: unsafe extern "C" fn(
        *const HostTable,
        *const u8,
        usize,
        *mut *mut c_void,
        *mut u8,
        usize,
    ) -> i32,
    handle: unsafe extern "C" fn(*mut c_void, *const Request) -> i32,
    close: unsafe extern "C" fn(*mut c_void),
    cancel: *const c_void,
    extension: *const c_void,
}

// Made of constants.
unsafe impl Sync for AppTable {}

impl AppTable {
    /// The table of an app.
    pub const fn new<A: App>(
        name: &'static CStr,
        version: &'static CStr,
        manifest: &'static CStr,
        flags: u64,
    ) -> AppTable {
        AppTable {
            struct_size: std::mem::size_of::<AppTable>() as u32,
            abi_minor: 0,
            min_host_minor: 0,
            flags,
            name: name.as_ptr(),
            version: version.as_ptr(),
            manifest: manifest.as_ptr(),
            open: open::<A>,
            handle: handle::<A>,
            close: close::<A>,
            cancel: std::ptr::null(),
            extension: std::ptr::null(),
        }
    }
}

/// What `open` hands to the host, and gets back in every call.
struct Instance<A> {
    host: Host,
    app: A,
}

unsafe extern "C" fn open<A: App>(
    host: *const HostTable,
    config: *const u8,
    config_len: usize,
    app: *mut *mut c_void,
    err: *mut u8,
    err_cap: usize,
) -> i32 {
    let host = Host(&*host);
    let config = View {
        ptr: config,
        len: config_len,
    };
    let made = catch_unwind(AssertUnwindSafe(|| A::open(host, config.text())));
    match made.unwrap_or_else(|_| Err("the plugin panicked while it was opened".to_string())) {
        Ok(made) => {
            *app = Box::into_raw(Box::new(Instance { host, app: made })).cast();
            0
        }
        Err(reason) if err_cap > 0 => {
            let mut len = reason.len().min(err_cap - 1);
            while !reason.is_char_boundary(len) {
                len -= 1;
            }
            std::ptr::copy_nonoverlapping(reason.as_ptr(), err, len);
            *err.add(len) = 0;
            E_INTERNAL
        }
        Err(_) => E_INTERNAL,
    }
}

unsafe extern "C" fn handle<A: App>(app: *mut c_void, request: *const Request) -> i32 {
    let instance = &*app.cast::<Instance<A>>();
    let call = Call {
        host: instance.host,
        request: &*request,
    };
    let run = || match instance.app.handle(&call) {
        Ok(answer) => call.finish(0, &answer.json, &answer.attachments),
        Err(error) => call.finish(error.status, &error.json(), &[]),
    };
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(()) => 0,
        Err(_) => E_POISONED,
    }
}

unsafe extern "C" fn close<A: App>(app: *mut c_void) {
    let instance = Box::from_raw(app.cast::<Instance<A>>());
    let _ = catch_unwind(AssertUnwindSafe(|| drop(instance)));
}
