//! Questions to an index: `search`, `entities`, `timeline`, `similar`, `batch`; and `delete`.

use serde_json::Value;

use super::harness::Dir;
use super::index::indexed;

/// The names of an object's fields, in order.
fn fields(value: &Value) -> String {
    let names: Vec<&str> = value.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    names.join(" ")
}

const HEAD: &str = "id headline source published url byline";
const QUOTE: &str = "kind text parts paragraph cue confidence speaker";

#[test]
fn passages_are_as_promised_and_their_highlights_are_in_the_text() {
    let dir = indexed();
    let lines = dir.run(["search", "port strike wages", "--format", "jsonl"]).code(0).json_lines();
    let (last, hits) = lines.split_last().expect("hits");
    assert_eq!(fields(last), "schema query understood total inferred at_least took_ms parts facets");
    assert_eq!((&last["schema"], &last["query"]), (&"newsdex.search/1".into(), &"port strike wages".into()));
    assert_eq!(hits.len(), 10);
    let mut highlights = 0;
    for (i, hit) in hits.iter().enumerate() {
        assert_eq!(
            fields(hit),
            "schema rank score inferred article text start end paragraph highlights quotes entities duplicates explanation"
        );
        assert_eq!((&hit["schema"], &hit["rank"]), (&"newsdex.passage/1".into(), &(i + 1).into()));
        assert_eq!(fields(&hit["article"]), HEAD);
        let id = hit["article"]["id"].as_str().expect("an id");
        let article = dir.run(["show", id, "--format", "json"]).code(0).json_lines().remove(0);
        let text: Vec<char> = article["text"].as_str().expect("text").chars().collect();
        let slice = |of: &Value| -> String {
            let at = |end: &str| of[end].as_u64().expect("an offset") as usize;
            text[at("start")..at("end")].iter().collect()
        };
        assert_eq!(hit["text"], slice(hit));
        for highlight in hit["highlights"].as_array().expect("highlights") {
            let word = slice(highlight).to_lowercase();
            assert!(["port", "strik", "stri", "wage"].iter().any(|w| word.starts_with(w)), "{word}");
            highlights += 1;
        }
        for quote in hit["quotes"].as_array().expect("quotes") {
            assert_eq!(fields(quote), QUOTE);
        }
        for entity in hit["entities"].as_array().expect("entities") {
            assert_eq!(fields(entity), "text type start end entity");
            assert_eq!(entity["text"], slice(entity));
        }
    }
    assert!(highlights >= 10, "{highlights}");
}

/// The sum of a hit's explanation.
fn explained(hit: &Value) -> f64 {
    hit["explanation"].as_object().expect("parts").values().map(|part| part.as_f64().expect("a number")).sum()
}

#[test]
fn a_score_is_the_sum_of_its_parts() {
    let dir = indexed();
    for options in [&[][..], &["--recency", "365"], &["--expand"], &["--rank", "bm25"]] {
        let args = ["search", "dockers strike wages port", "--explain", "--format", "jsonl"];
        let lines = dir.run(args.iter().chain(options)).code(0).json_lines();
        let (_, hits) = lines.split_last().expect("hits");
        let recent = hits.iter().any(|hit| !hit["explanation"]["recency"].is_null());
        assert_eq!(recent, options.contains(&"--recency"), "{options:?}");
        for hit in hits {
            let (score, sum) = (hit["score"].as_f64().expect("a score"), explained(hit));
            assert!((score - sum).abs() < 0.001 * score.max(1.0), "{options:?}: {score} {sum}");
            // What has no date gains nothing.
            assert!(hit["explanation"]["recency"].is_null() || options.contains(&"--recency"), "{options:?}");
            assert_eq!(hit["explanation"]["passage"].is_null(), options.contains(&"bm25"), "{options:?}");
        }
    }
    dir.run(["search", "strike wages", "--explain"]).code(0).shows(" = words ");
    let unexplained = dir.run(["search", "strike wages", "--format", "jsonl"]).code(0).json_lines();
    assert!(unexplained[0]["explanation"].is_null());
}

#[test]
fn recency_lifts_the_newer_of_two_and_expansion_changes_no_match() {
    let dir = Dir::new();
    for (name, date, done) in [("a", "2011-03-04", "closed"), ("b", "2021-03-04", "painted")] {
        let text = format!("The bridge at Selby was {done}.");
        dir.write(&format!("{name}.json"), serde_json::json!({"id": name, "date": date, "text": text}).to_string());
    }
    dir.run(["index", "a.json", "b.json"]).code(0);
    let first = |options: &[&str]| {
        let args = ["search", "bridge", "--format", "jsonl"];
        dir.run(args.iter().chain(options)).code(0).json_lines().remove(0)["article"]["id"].clone()
    };
    assert_eq!(first(&[]), "a", "equal but for the id");
    assert_eq!(first(&["--recency", "365"]), "b");
    let dir = indexed();
    let total = |option: &[&str]| {
        let args = ["search", "dockers strike wages", "--format", "jsonl"];
        dir.run(args.iter().chain(option)).code(0).json_lines().pop().expect("the answer")["total"].clone()
    };
    assert_eq!(total(&["--expand"]), total(&[]));
}

#[test]
fn each_format_has_the_same_hits() {
    let dir = indexed();
    for by in ["passage", "article"] {
        let ask = |format| dir.run(["search", "inflation", "--by", by, "--format", format]).code(0);
        let lines = ask("jsonl").json_lines();
        let (_, hits) = lines.split_last().expect("hits");
        let all = ask("json").json_lines().remove(0);
        assert_eq!(all["hits"].as_array().map(Vec::as_slice), Some(hits));
        assert_eq!(ask("csv").stdout.parse_rows(), hits.len());
        for hit in hits {
            let id = hit["article"]["id"].as_str().expect("an id");
            assert!(ask("text").stdout.contains(id), "{id}");
            if by == "article" {
                assert_eq!(
                    fields(hit),
                    "schema rank score inferred article highlights passages duplicates explanation"
                );
                let passage = "score text start end paragraph highlights quotes entities";
                assert_eq!(fields(&hit["passages"][0]), passage);
            }
        }
    }
}

trait Rows {
    fn parse_rows(&self) -> usize;
}

impl Rows for String {
    /// How many rows of CSV there are below the header; all have as many cells.
    fn parse_rows(&self) -> usize {
        csv::Reader::from_reader(self.as_bytes()).records().filter(|row| row.is_ok()).count()
    }
}

#[test]
fn text_shows_what_matched_and_pages_follow_one_another() {
    let dir = indexed();
    dir.run(["search", "\"port strike\"", "-n", "3"]).code(0).shows("*Port strike*").says("articles");
    dir.run(["search", "strike", "--kwic", "-n", "2"]).code(0).shows("strike");
    let ids = |args: &[&str]| -> Vec<String> {
        let lines = dir.run(["search", "bank", "--by", "article", "--format", "jsonl"].iter().chain(args)).code(0);
        lines.json_lines().iter().filter_map(|l| l["article"]["id"].as_str().map(str::to_owned)).collect()
    };
    let all = ids(&["--limit", "all"]);
    assert!(all.len() > 6, "{all:?}");
    assert_eq!(ids(&["-n", "3"]), all[..3]);
    assert_eq!(ids(&["-n", "3", "--offset", "3"]), all[3..6]);
}

#[test]
fn printings_of_one_copy_are_one_hit() {
    let dir = indexed();
    let ask = |more: &[&str]| {
        let lines = dir.run(["search", "strike", "--by", "article", "--format", "jsonl"].iter().chain(more)).code(0);
        lines.json_lines()
    };
    let id = |of: &Value| of["id"].as_str().expect("an id").to_owned();
    let split = |lines: &[Value]| -> (Vec<String>, Vec<String>) {
        let hits = lines.iter().filter(|l| !l["article"].is_null());
        let others = hits.clone().flat_map(|h| h["duplicates"].as_array().expect("a list").iter().map(id)).collect();
        (hits.map(|h| id(&h["article"])).collect(), others)
    };
    let (all, collapsed) = (ask(&["--limit", "all", "--duplicates", "show"]), ask(&["--limit", "all"]));
    let ((every, none), (shown, mut others)) = (split(&all), split(&collapsed));
    assert!(none.is_empty() && !others.is_empty());
    // Nothing is lost: what is shown and what is told beside it are all there is, and the total counts them.
    others.extend(shown.iter().cloned());
    others.sort();
    let mut sorted = every.clone();
    sorted.sort();
    assert_eq!(others, sorted);
    for lines in [&all, &collapsed] {
        assert_eq!(lines.last().map(|last| &last["total"]), Some(&every.len().into()));
    }
    // Every page walks the same order.
    let paged = (0..shown.len()).flat_map(|i| split(&ask(&["-n", "1", "--offset", &i.to_string()])).0);
    assert_eq!(paged.collect::<Vec<_>>(), shown);
    let hit = collapsed.iter().find(|h| h["duplicates"].as_array().is_some_and(|d| !d.is_empty())).expect("a copy");
    assert_eq!(fields(&hit["duplicates"][0]), "id headline source published url difference");
    assert_eq!(fields(&hit["duplicates"][0]["difference"]), "headline added cut shared");
    let text = dir.run(["search", "strike"]).code(0).says("of the same (--duplicates show)");
    text.shows("    also in ").shows(" 9 Mar 2023 · other headline,");
    dir.run(["search", "strike", "--kwic", "--duplicates", "show"]).code(0);
    dir.run(["search", "strike", "--format", "csv"]).code(0).shows(",speakers,duplicates\n");
}

#[test]
fn what_matches_is_broken_down() {
    let dir = indexed();
    let ask = ["search", "strike", "--facets", "source,year,month,person,speaker", "-n", "0", "--format", "json"];
    let answer = dir.run(ask).code(0).json_lines().remove(0);
    let facets = answer["facets"].as_array().expect("facets");
    let names: Vec<_> = facets.iter().filter_map(|f| f["facet"].as_str()).collect();
    assert_eq!(names, ["source", "year", "month", "person", "speaker"]);
    let total = answer["total"].as_u64().expect("a number");
    for (i, facet) in facets.iter().enumerate() {
        assert_eq!(fields(facet), "facet values more without");
        assert_eq!(fields(&facet["values"][0]), "value articles");
        let counts = facet["values"].as_array().expect("values").iter().filter_map(|v| v["articles"].as_u64());
        let sum: u64 = counts.sum::<u64>() + facet["without"].as_u64().expect("a number");
        // An article has one outlet and one day, but many names.
        assert!(if i < 3 { sum == total } else { sum >= total }, "{facet}");
    }
    let text = dir.run(["search", "strike", "--facets", "place,source", "--facet-limit", "1", "-n", "1"]).code(0);
    assert!(text.stdout.contains("\n\nPlace          Rotterdam "), "{}", text.stdout);
    assert!(text.stdout.contains(" · and "), "{}", text.stdout);
    dir.run(["search", "strike", "--facets", "colour"]).code(2).says("[possible values: source, section");
    dir.run(["search", "strike", "--facets", "source", "--format", "csv"]).code(2).says("--format text, json or jsonl");
    dir.run(["search", "zzyzx", "--facets", "source"]).code(1).no_data();
}

#[test]
fn nothing_found_says_who_is_to_blame() {
    let dir = indexed();
    dir.run(["search", "strike", "--source", "Nowhere Post"]).code(1).no_data().says("--source Nowhere Post");
    dir.run(["search", "strikke AND wages"]).code(1).says("did you mean").says("strike");
    dir.run(["search", "--format", "json", "zzyzx"]).code(1).shows("\"total\":0");
}

#[test]
fn a_query_that_cannot_be_read_is_pointed_at() {
    let dir = indexed();
    dir.run(["search", "port AND (strike"]).code(2).no_data().says("port AND (strike\n           ^");
    dir.run(["search", "--plain", "port AND (strike"]).code(0);
    dir.run(["search", "strike", "--since", "soon"]).code(2).says("not a year (2021), month");
}

#[test]
fn quotes_are_found_by_speaker_and_words() {
    let dir = indexed();
    let ask = ["quotes", "inflation", "--speaker", "Vitolberga", "--format", "jsonl"];
    let lines = dir.run(ask).code(0).json_lines();
    let (last, hits) = lines.split_last().expect("quotes");
    assert_eq!(fields(last), "schema query understood total inferred articles at_least");
    assert!(!hits.is_empty());
    for hit in hits {
        assert_eq!(fields(hit), "schema rank score inferred article quote context highlights duplicates");
        assert_eq!((&hit["schema"], fields(&hit["article"])), (&"newsdex.quote/1".into(), HEAD.into()));
        assert_eq!(fields(&hit["quote"]), QUOTE);
        assert_eq!(fields(&hit["quote"]["speaker"]), "name mention role affiliation resolved confidence");
        let name = hit["quote"]["speaker"]["name"].as_str().unwrap_or_default();
        assert!(["Vitolberga", "Vītolberga"].iter().any(|surname| name.ends_with(surname)), "{name}");
    }
    let all = dir.run(["quotes", "inflation", "--speaker", "Vitolberga", "--format", "json"]).code(0).json_lines();
    assert_eq!(all[0]["quotes"].as_array().map(Vec::as_slice), Some(hits));
    let csv = dir.run(["quotes", "inflation", "--speaker", "Vitolberga", "--format", "csv"]).code(0);
    assert_eq!(csv.stdout.parse_rows(), hits.len());
    dir.run(["quotes", "inflation", "--group", "speaker"]).code(0).shows("tolberga · ");
    dir.run(["quotes", "zzyzx"]).code(1).no_data();
}

#[test]
fn names_are_counted() {
    let dir = indexed();
    dir.run(["entities", "port strike"]).code(0).shows("Marijke van der Zwaan").says("names in");
    let lines = dir.run(["entities", "--type", "person", "--over", "month", "--format", "jsonl"]).code(0).json_lines();
    let (last, names) = lines.split_last().expect("names");
    assert_eq!(fields(last), "schema query articles names");
    for name in names {
        assert_eq!(fields(name), "schema name type articles inferred quotes first last association over");
        assert_eq!((&name["schema"], &name["type"]), (&"newsdex.entity/1".into(), &"person".into()));
        assert_eq!(fields(&name["over"][0]), "start articles");
    }
    dir.run(["entities", "zzyzx"]).code(1).no_data();
}

#[test]
fn articles_are_counted_over_time() {
    let dir = indexed();
    let lines = dir.run(["timeline", "--unit", "year", "--format", "jsonl"]).code(0).json_lines();
    let (last, years) = lines.split_last().expect("years");
    assert_eq!(fields(last), "schema query unit articles inferred undated");
    let sum: u64 = years.iter().filter_map(|y| y["articles"].as_u64()).sum();
    assert_eq!(Some(sum + last["undated"].as_u64().expect("a number")), last["articles"].as_u64());
    for year in years {
        assert_eq!(fields(year), "schema label start articles archive share");
        assert_eq!(year["articles"], year["archive"], "every article was asked for");
    }
    dir.run(["timeline", "strike"]).code(0).silent().shows("█");
}

#[test]
fn an_article_leads_to_others() {
    let dir = indexed();
    let similar = dir.run(["similar", "port-deal", "--format", "json"]).code(0).json_lines().remove(0);
    assert_eq!(fields(&similar), "schema article duplicates related");
    assert_eq!(fields(&similar["related"][0]), "score article names shared copies");
    dir.run(["similar", "port-deal"]).code(0).shows("Related");
    dir.run(["similar", "nothing"]).code(1).says("no article has the id `nothing`");
}

#[test]
fn topics_give_a_run() {
    let dir = indexed();
    dir.write("topics.tsv", "1\tport strike\n\n2\tinflation & (rates: \"\n3\t???\n");
    let run = dir.run(["batch", "topics.tsv", "--depth", "5"]).code(0).silent().stdout;
    for line in run.lines() {
        let columns: Vec<&str> = line.split(' ').collect();
        assert_eq!((columns.len(), columns[1], columns[5]), (6, "Q0", "newsdex"), "{line}");
    }
    assert_eq!(run.lines().filter(|l| l.starts_with("1 ")).count(), 5);
    let rows = dir.run(["batch", "topics.tsv", "--depth", "5", "--format", "jsonl"]).code(0).json_lines();
    assert_eq!(rows.len(), run.lines().count());
    assert_eq!(fields(&rows[0]), "schema topic rank score article start end");
    let passages =
        |format| dir.run(["batch", "topics.tsv", "--by", "passage", "--depth", "40", "--format", format]).code(0);
    let run = passages("trec").stdout;
    let rows = passages("jsonl").json_lines();
    assert_eq!(rows.len(), run.lines().count());
    for (row, line) in rows.iter().zip(run.lines()).filter(|(row, _)| row["topic"] == "1") {
        let docno = format!("{}#{}-{}", row["article"].as_str().unwrap_or_default(), row["start"], row["end"]);
        assert_eq!(line.split(' ').nth(2), Some(docno.replace(' ', "%20").as_str()));
    }
    let articles: Vec<_> = rows.iter().filter(|r| r["topic"] == "1").map(|r| r["article"].clone()).collect();
    assert!(
        articles.iter().any(|id| articles.iter().filter(|i| *i == id).count() > 2),
        "every passage has its own rank"
    );
    dir.write("bad.tsv", "1 port strike\n").run(["batch", "bad.tsv"]).code(2).says("bad.tsv, line 1: there is no tab");
    dir.run(["batch", "nowhere.tsv"]).code(5).says("cannot read the topics in `nowhere.tsv`");
}

#[test]
fn what_is_deleted_is_gone_and_purged_text_leaves_no_trace() {
    let dir = indexed();
    dir.run(["delete", "bank-dissent", "--dry-run"]).code(0).shows("bank-dissent").says("would be deleted");
    dir.run(["show", "bank-dissent"]).code(0);
    dir.run(["delete", "--query", "speaker:Vitolberga \"four is more than three\"", "--purge"])
        .code(0)
        .shows("bank-dissent");
    dir.run(["show", "bank-dissent"]).code(1);
    dir.run(["delete", "bank-dissent"]).code(1).says("no article has the id");
    dir.run(["delete", "--query", " "]).code(2).says("matches every article");
    dir.run(["optimize"]).code(0).silent();
    dir.run(["check"]).code(0).shows("no fault");
}

#[test]
fn an_empty_index_finds_nothing_and_says_what_to_do() {
    let dir = Dir::new();
    dir.write("index/README.md", "Here the index is built.");
    dir.run(["search", "anything"]).code(1).no_data().says("nothing is indexed in index yet");
}
