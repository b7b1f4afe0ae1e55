//! Prepares the addon for the linker.

fn main() {
    napi_build::setup();
}
