//! The command as it is used: real runs on the sample archive and on input that is not as it should be.

#[path = "cli_harness/damage.rs"]
mod damage;
#[path = "cli_harness/eval.rs"]
mod eval;
#[path = "cli_harness/follow.rs"]
mod follow;
#[path = "cli_harness/mod.rs"]
mod harness;
#[path = "cli_harness/help.rs"]
mod help;
#[path = "cli_harness/index.rs"]
mod index;
#[path = "cli_harness/learned.rs"]
mod learned;
#[path = "cli_harness/ledger.rs"]
mod ledger;
#[path = "cli_harness/limits.rs"]
mod limits;
#[path = "cli_harness/parse.rs"]
mod parse;
#[path = "cli_harness/search.rs"]
mod search;
#[path = "cli_harness/takedown.rs"]
mod takedown;
#[path = "cli_harness/terminal.rs"]
mod terminal;
