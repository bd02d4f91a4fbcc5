//! Compression, archives and the detection of formats: bytes as they come from a folder.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    newsdex_fuzz::read(bytes, None);
});
