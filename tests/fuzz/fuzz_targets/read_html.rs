#![no_main]

newsdex_fuzz::reader!(Html);
