//! From what is typed to a query: what parses prints as a query that parses to the same, what does not points into what
//! was typed.
#![no_main]

use newsdex::search::syntax::{parse, plain};

libfuzzer_sys::fuzz_target!(|typed: &str| {
    match parse(typed) {
        Ok(node) => {
            let printed = node.to_string();
            assert_eq!(parse(&printed).as_ref(), Ok(&node), "printed as {printed:?}");
        }
        Err(error) => assert!(typed.get(error.span.range()).is_some(), "{error:?}"),
    }
    plain(typed);
});
