//! What is asked beside a search: articles and questions as in `tests/suite/search`, answers a line each.

use std::fmt::Write as _;

use newsdex::search::{By, Duplicates, Request, Sort, each, search, syntax};

use super::search::asked;

/// `tests/suite/duplicates`: ranked articles with their other printings and what differs. Options: `show`, `newest`,
/// `oldest`, `page=N` for the N-th page of two.
pub fn duplicates(input: &str) -> String {
    let (reader, questions) = asked(input);
    let mut out = String::new();
    for (options, query) in questions {
        let mut request = Request { by: By::Article, ..Request::new(syntax::parse(query).expect("a query")) };
        for option in &options {
            match *option {
                "show" => request.duplicates = Duplicates::Show,
                "newest" => request.sort = Sort::Newest,
                "oldest" => request.sort = Sort::Oldest,
                page => {
                    let page: usize = page.strip_prefix("page=").and_then(|n| n.parse().ok()).expect("an option");
                    (request.limit, request.offset) = (Some(2), 2 * (page - 1));
                }
            }
        }
        let answer = search(std::slice::from_ref(&reader), &request).expect("an answer");
        writeln!(out, "?{} {query} → {}", options.join(","), answer.total).unwrap();
        for hit in &answer.hits {
            write!(out, "  {} {}", hit.rank, hit.article.id).unwrap();
            for (i, p) in hit.printings.iter().enumerate() {
                let d = &p.difference;
                let headline = if d.headline { " headline" } else { "" };
                let lead = if i == 0 { " = " } else { ", " };
                write!(out, "{lead}{}{headline} +{} -{}", p.id, d.added, d.cut).unwrap();
            }
            writeln!(out).unwrap();
        }
        // Handed over one by one, they are the same.
        let mut ranks = Vec::new();
        let streamed = each(std::slice::from_ref(&reader), &request, |hit| {
            ranks.push((hit.rank, hit.article.id.clone()));
            Ok::<_, newsdex::search::Error>(())
        });
        assert_eq!(streamed.expect("an answer").total, answer.total);
        assert_eq!(ranks, answer.hits.iter().map(|h| (h.rank, h.article.id.clone())).collect::<Vec<_>>());
    }
    out
}
