#![no_main]

newsdex_fuzz::reader!(Csv);
