//! The embedded SQL files, listed by `build.rs`.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
