//! A file driver of the HDF5 library: through it the library reads files behind URLs, and nothing else.
//!
//! Its bindings to Rust declare the class of a driver as older versions had it, so it is declared here as the header
//! `H5FDdevelop.h` of the version that is built in has it.

use std::{
    ffi::{CString, c_char, c_int, c_uint, c_ulong, c_void},
    panic::{AssertUnwindSafe, catch_unwind},
    ptr::{null, null_mut},
    slice::from_raw_parts_mut,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use hdf5_metno::{Error, h5check, plist::FileAccess};
use hdf5_metno_sys::{
    h5::{haddr_t, herr_t, hsize_t},
    h5f::{H5F_ACC_RDONLY, H5Fopen},
    h5i::hid_t,
    h5p::H5Pset_driver,
};

use super::remote_file::RemoteFile;

/// `H5FD_CLASS_VERSION`.
const VERSION: c_uint = 1;
/// A number that the library has for drivers of others.
const VALUE: c_int = 391;
/// `H5FD_MEM_SUPER`, and how many kinds of memory there are.
const SUPER: c_int = 1;
const KINDS: usize = 7;
/// `H5F_CLOSE_WEAK`.
const CLOSE_WEAK: c_int = 1;

/// A function that the driver does without.
type Without = Option<unsafe extern "C" fn()>;

/// `H5FD_class_t`.
#[repr(C)]
struct Class {
    version: c_uint,
    value: c_int,
    name: *const c_char,
    most_address: haddr_t,
    close_degree: c_int,
    terminate: Without,
    sb_size: Without,
    sb_encode: Without,
    sb_decode: Without,
    fapl_size: usize,
    fapl_get: Without,
    fapl_copy: Without,
    fapl_free: Without,
    dxpl_size: usize,
    dxpl_copy: Without,
    dxpl_free: Without,
    open: Option<unsafe extern "C" fn(*const c_char, c_uint, hid_t, haddr_t) -> *mut Opened>,
    close: Option<unsafe extern "C" fn(*mut Opened) -> herr_t>,
    cmp: Option<unsafe extern "C" fn(*const Opened, *const Opened) -> c_int>,
    query: Option<unsafe extern "C" fn(*const Opened, *mut c_ulong) -> herr_t>,
    get_type_map: Without,
    alloc: Without,
    free: Without,
    get_eoa: Option<unsafe extern "C" fn(*const Opened, c_int) -> haddr_t>,
    set_eoa: Option<unsafe extern "C" fn(*mut Opened, c_int, haddr_t) -> herr_t>,
    get_eof: Option<unsafe extern "C" fn(*const Opened, c_int) -> haddr_t>,
    get_handle: Without,
    read: Option<unsafe extern "C" fn(*mut Opened, c_int, hid_t, haddr_t, usize, *mut c_void) -> herr_t>,
    write: Option<unsafe extern "C" fn(*mut Opened, c_int, hid_t, haddr_t, usize, *const c_void) -> herr_t>,
    read_vector: Without,
    write_vector: Without,
    read_selection: Without,
    write_selection: Without,
    flush: Without,
    truncate: Without,
    lock: Without,
    unlock: Without,
    del: Without,
    ctl: Without,
    free_lists: [c_int; KINDS],
}

// SAFETY: nobody writes to it, and its pointer is to a constant.
unsafe impl Sync for Class {}

static CLASS: Class = Class {
    version: VERSION,
    value: VALUE,
    name: c"bramble-remote".as_ptr(),
    most_address: (1 << 63) - 1,
    close_degree: CLOSE_WEAK,
    terminate: None,
    sb_size: None,
    sb_encode: None,
    sb_decode: None,
    fapl_size: 0,
    fapl_get: None,
    fapl_copy: None,
    fapl_free: None,
    dxpl_size: 0,
    dxpl_copy: None,
    dxpl_free: None,
    open: Some(open),
    close: Some(close),
    cmp: Some(compare),
    query: Some(query),
    get_type_map: None,
    alloc: None,
    free: None,
    get_eoa: Some(end_of_addresses),
    set_eoa: Some(set_end_of_addresses),
    get_eof: Some(end_of_file),
    get_handle: None,
    read: Some(read),
    write: Some(write),
    read_vector: None,
    write_vector: None,
    read_selection: None,
    write_selection: None,
    flush: None,
    truncate: None,
    lock: None,
    unlock: None,
    del: None,
    ctl: None,
    free_lists: [SUPER; KINDS],
};

/// `H5FD_t`, which the library fills, and behind it what is ours.
#[repr(C)]
struct Opened {
    driver_id: hid_t,
    class: *const Class,
    number: c_ulong,
    access_flags: c_uint,
    feature_flags: c_ulong,
    most_address: haddr_t,
    base_address: haddr_t,
    threshold: hsize_t,
    alignment: hsize_t,
    is_paged: bool,
    file: Arc<RemoteFile>,
    end: haddr_t,
}

unsafe extern "C" {
    fn H5FDregister(class: *const Class) -> hid_t;
}

/// The file that the library is about to open: it hands on a name alone.
static NEXT: Mutex<Option<Arc<RemoteFile>>> = Mutex::new(None);

/// Has the library open a file.
///
/// # Errors
/// What the library says; what kept it from reading is with the file.
pub(super) fn open_file(file: &Arc<RemoteFile>) -> Result<hdf5_metno::File, Error> {
    static DRIVER: OnceLock<hid_t> = OnceLock::new();
    let name = CString::new(file.path().as_os_str().as_encoded_bytes()).map_err(|_| "its URL has a zero")?;
    hdf5_metno::sync::sync(|| {
        let access = FileAccess::try_new()?;
        // SAFETY: the class is as the header has it and lives for ever.
        let driver = h5check(*DRIVER.get_or_init(|| unsafe { H5FDregister(&raw const CLASS) }))?;
        // SAFETY: both ids are good, and the driver has no properties.
        h5check(unsafe { H5Pset_driver(access.id(), driver, null()) })?;
        *next() = Some(Arc::clone(file));
        // SAFETY: the name ends with a zero, and the list is a good one.
        let opened = unsafe { H5Fopen(name.as_ptr(), H5F_ACC_RDONLY, access.id()) };
        *next() = None;
        // SAFETY: an id that was checked and is of a file.
        unsafe { hdf5_metno::from_id(h5check(opened)?) }
    })
}

fn next() -> MutexGuard<'static, Option<Arc<RemoteFile>>> {
    NEXT.lock().unwrap_or_else(PoisonError::into_inner)
}

unsafe extern "C" fn open(_: *const c_char, flags: c_uint, _: hid_t, _: haddr_t) -> *mut Opened {
    let file = next().clone().filter(|_| flags == H5F_ACC_RDONLY);
    let Some(file) = file else { return null_mut() };
    Box::into_raw(Box::new(Opened {
        driver_id: 0,
        class: null(),
        number: 0,
        access_flags: 0,
        feature_flags: 0,
        most_address: 0,
        base_address: 0,
        threshold: 0,
        alignment: 0,
        is_paged: false,
        file,
        end: 0,
    }))
}

unsafe extern "C" fn close(file: *mut Opened) -> herr_t {
    // SAFETY: the library gives back what `open` gave it, once.
    drop(unsafe { Box::from_raw(file) });
    0
}

unsafe extern "C" fn compare(one: *const Opened, other: *const Opened) -> c_int {
    // SAFETY: the library has both from `open`.
    let [one, other] = [one, other].map(|file| Arc::as_ptr(unsafe { &(*file).file }));
    one.cmp(&other) as c_int
}

unsafe extern "C" fn query(_: *const Opened, flags: *mut c_ulong) -> herr_t {
    if !flags.is_null() {
        // SAFETY: the library has room for an answer.
        unsafe { *flags = 0 };
    }
    0
}

unsafe extern "C" fn end_of_addresses(file: *const Opened, _: c_int) -> haddr_t {
    // SAFETY: the library has it from `open`.
    unsafe { (*file).end }
}

unsafe extern "C" fn set_end_of_addresses(file: *mut Opened, _: c_int, end: haddr_t) -> herr_t {
    // SAFETY: the library has it from `open`, and its lock is held.
    unsafe { (*file).end = end };
    0
}

unsafe extern "C" fn end_of_file(file: *const Opened, _: c_int) -> haddr_t {
    // SAFETY: the library has it from `open`.
    unsafe { (*file).file.described().size }
}

unsafe extern "C" fn read(
    file: *mut Opened,
    _: c_int,
    _: hid_t,
    position: haddr_t,
    length: usize,
    out: *mut c_void,
) -> herr_t {
    let out = out.cast::<u8>();
    // SAFETY: the library has room for as many bytes as it asks for. Nobody may have written to them yet.
    unsafe { out.write_bytes(0, length) };
    // SAFETY: as above, and the library has the file from `open`.
    let (file, out) = unsafe { (&(*file).file, from_raw_parts_mut(out, length)) };
    let read = catch_unwind(AssertUnwindSafe(|| file.read_for_library(out, position)));
    if read.unwrap_or(false) { 0 } else { -1 }
}

unsafe extern "C" fn write(
    _: *mut Opened,
    _: c_int,
    _: hid_t,
    _: haddr_t,
    _: usize,
    _: *const c_void,
) -> herr_t {
    -1
}
