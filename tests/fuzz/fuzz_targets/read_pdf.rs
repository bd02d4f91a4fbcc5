#![no_main]

newsdex_fuzz::reader!(Pdf);
