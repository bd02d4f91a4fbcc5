//! Help that leads with examples.

use std::fmt::Write;

use clap::Command;
use clap::builder::StyledStr;
use clap::builder::styling::{AnsiColor, Style, Styles};

/// What a command line does, and the command line. The tests run them all on the sample articles.
pub type Examples = &'static [(&'static str, &'static str)];

const HEADING: Style = Style::new().bold();
const COMMAND: Style = AnsiColor::Cyan.on_default();

/// The examples as clap's `before_help`, which our template puts after the first sentence.
pub fn examples(examples: Examples) -> StyledStr {
    let mut out = StyledStr::new();
    let _ = write!(out, "{HEADING}Examples:{HEADING:#}");
    for (what, line) in examples {
        let _ = write!(out, "\n  {what}\n    {COMMAND}{line}{COMMAND:#}");
    }
    out
}

const TEMPLATE: &str = "\
{about-with-newline}
{before-help}{usage-heading} {usage}

{all-args}{after-help}";

/// Gives a command and all below it the template and the colours.
pub fn dress(command: Command) -> Command {
    let styles = Styles::styled()
        .header(HEADING)
        .usage(HEADING)
        .literal(COMMAND)
        .placeholder(Style::new().dimmed())
        .error(AnsiColor::Red.on_default().bold())
        .valid(AnsiColor::Green.on_default())
        .invalid(AnsiColor::Yellow.on_default());
    each(command.styles(styles).max_term_width(100))
}

fn each(command: Command) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let command = if command.get_before_help().is_some() { command.help_template(TEMPLATE) } else { command };
    names.into_iter().fold(command, |c, name| c.mut_subcommand(name, each))
}

/// All help pages as one Markdown page: COMMANDS.md, which a test holds to what it says here.
pub fn reference() -> String {
    let mut command = super::command().term_width(100).color(clap::ColorChoice::Never);
    command.build();
    let mut out = String::from(
        "# Commands\n\nWhat `newsdex --help` and `newsdex COMMAND --help` say; made from them, not written by hand.\n",
    );
    let mut page = |title: &str, command: &mut Command| {
        let help = command.render_long_help().to_string();
        let lines: Vec<_> = help.lines().map(str::trim_end).collect();
        let _ = write!(out, "\n## {title}\n\n```text\n{}\n```\n", lines.join("\n").trim_end());
    };
    page("newsdex", &mut command);
    let names: Vec<_> = command.get_subcommands().map(|c| c.get_name().to_owned()).filter(|n| n != "help").collect();
    for name in names {
        if let Some(found) = command.find_subcommand_mut(&name) {
            let mut found = found.clone().term_width(100);
            page(&format!("newsdex {name}"), &mut found);
            for below in found.get_subcommands() {
                page(&format!("newsdex {name} {}", below.get_name()), &mut below.clone().term_width(100));
            }
        }
    }
    out
}
