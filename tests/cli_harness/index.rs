//! `newsdex index` and what works on an index: `show`, `verify`, `stats`, `check`.

use super::harness::Dir;

pub fn indexed() -> Dir {
    let dir = Dir::new();
    dir.corpus().run(["index", "corpus", "-q"]).code(0).silent().no_data();
    dir
}

#[test]
fn indexing_says_what_was_done_and_the_second_time_that_nothing_changed() {
    let dir = Dir::new();
    dir.corpus().run(["index", "corpus"]).code(0).no_data().says(" added").says("Files");
    dir.run(["index", "corpus"]).code(0).no_data().says(" unchanged").says("0 read");
}

#[test]
fn what_is_indexed_is_shown_as_parse_has_it() {
    let dir = indexed();
    let parsed = dir.run(["parse", "corpus", "--format", "jsonl"]).code(0).json_lines();
    let ids: Vec<&str> = parsed.iter().filter_map(|a| a["id"].as_str()).collect();
    // Of two with one id, the first is kept as a version of the second.
    let single = |id: &str| ids.iter().filter(|i| **i == id).count() == 1;
    let ids: Vec<&str> = ids.iter().copied().filter(|id| single(id)).collect();
    assert!(ids.len() > 60, "{} articles", ids.len());
    let shown = dir.run(["show", "--format", "jsonl"].iter().chain(&ids)).code(0).silent().json_lines();
    let parsed: Vec<_> = parsed.iter().filter(|a| a["id"].as_str().is_some_and(single)).collect();
    assert_eq!(shown.len(), parsed.len());
    for (article, shown) in parsed.into_iter().zip(&shown) {
        for field in ["id", "text", "quotes", "entities", "mentions", "published", "origin"] {
            assert_eq!(shown[field], article[field], "{field} of {}", article["id"]);
        }
    }
}

#[test]
fn what_was_corrected_can_still_be_read() {
    let dir = indexed();
    let show = ["show", "herald-port-deal"];
    dir.run(show).code(0).shows("9pc over two years").shows("1 earlier text");
    let changes = "dockers win 9pc [-a year-]{+over two years+}";
    dir.run(show.iter().chain(&["--versions"])).code(0).shows("Earlier version · 25 Mar 2023").shows(changes);
    let texts = dir.run(show.iter().chain(&["--versions", "--format", "jsonl"])).code(0).json_lines();
    let updated: Vec<_> = texts.iter().map(|t| t["updated"].as_str()).collect();
    assert_eq!(updated, [Some("2023-03-27"), None]);
    // What only the earlier text says is no answer any more.
    dir.run(["search", "\"pay rise of 9 per cent a year\""]).code(1);
    dir.run(["show", "bank-rise", "--versions"]).code(0).shows("No earlier version is known.");
}

#[test]
fn a_query_is_highlighted_in_the_whole_article() {
    let dir = indexed();
    let query = "\"port strike\" OR person:Brandsma";
    let text = dir.run(["show", "herald-port-deal", "--query", query]).code(0).silent();
    text.shows("*Port strike*").shows("*Lucas Brandsma*");
    let shown = ["show", "herald-port-deal", "--query", query, "--format", "json"];
    let article = dir.run(shown).code(0).json_lines().remove(0);
    let chars: Vec<char> = article["text"].as_str().expect("text").chars().collect();
    let highlights = article["highlights"].as_array().expect("highlights");
    assert!(highlights.len() > 1);
    for h in highlights {
        let at = |end: &str| h[end].as_u64().expect("an offset") as usize;
        let words: String = chars[at("start")..at("end")].iter().collect();
        assert!(words.eq_ignore_ascii_case("port strike") || words.ends_with("Brandsma"), "{words}");
    }
    dir.run(["show", "herald-port-deal", "--query", "strike AND zzyzx"])
        .code(0)
        .says("`herald-port-deal` does not match the query");
    dir.run(["show", "herald-port-deal", "--query", "strike AND ("]).code(2).says("^");
}

/// A manifest as another newsdex might have written it: without a seal.
fn unsealed(manifest: &str) -> String {
    let body = manifest.split(",\n  \"seal\"").next().unwrap_or_default();
    format!("{body}\n}}\n")
}

#[test]
fn an_index_of_other_models_is_rebuilt_from_itself() {
    let dir = indexed();
    let show = |id: &str| dir.run(["show", id, "--versions", "--format", "jsonl"]).code(0).stdout;
    let before = (show("bank-rise"), show("herald-port-deal"));
    let manifest = dir.path().join("index/newsdex.json");
    let own = std::fs::read_to_string(&manifest).expect("a manifest");
    dir.write("index/newsdex.json", unsealed(&own).replace("quotes", "older quotes"));
    dir.run(["search", "port"]).code(0);
    dir.run(["index", "corpus"]).code(4).says("run `newsdex index --rebuild`");
    dir.run(["index", "--rebuild"]).code(0).says("understood anew");
    assert_eq!(std::fs::read_to_string(&manifest).expect("a manifest"), own);
    assert_eq!((show("bank-rise"), show("herald-port-deal")), before, "the same models find the same");
    dir.run(["check"]).code(0).shows("no fault");
    dir.run(["index", "corpus"]).code(0).says("0 read");
    dir.run(["index"]).code(2);
}

#[test]
fn an_article_is_cited() {
    let dir = indexed();
    dir.run(["show", "bank-dissent", "--cite"]).code(0).shows("“Rates on hold as BCB board splits four to three”");
    dir.run(["show", "bank-dissent", "--cite", "bibtex"]).code(0).shows("@article{");
    dir.run(["show", "bank-dissent", "--cite", "ris"]).code(0).shows("TY  - NEWS");
    dir.run(["show", "bank-dissent", "--cite", "csl"]).code(0).shows("article-newspaper");
}

#[test]
fn a_quotation_is_checked() {
    let dir = indexed();
    let verdict = |args: &[&str], code| {
        let done = dir.run(["verify", "--format", "json"].iter().chain(args)).code(code);
        done.json_lines().remove(0)
    };
    let right = verdict(&["Four is more than three", "--speaker", "Vitolberga"], 0);
    assert_eq!(right["schema"], "newsdex.verdict/1");
    assert_eq!((&right["ruling"], &right["speaker"]["confirmed"]), (&"verbatim".into(), &true.into()));
    let altered = verdict(&["four is always more than three"], 0);
    assert_eq!(altered["ruling"], "altered");
    let added = altered["wordings"][0]["differences"].as_array().expect("runs");
    assert!(added.iter().any(|d| d["kind"] == "added" && d["claim"] == "always"), "{added:?}");
    assert_eq!(verdict(&["the moon is made of green cheese and onions"], 1)["ruling"], "not found");
    dir.run(["verify", "four is always more than three"]).code(0).shows("Altered").shows("[-always-]");
}

#[test]
fn figures_and_proof() {
    let dir = indexed();
    dir.run(["stats"]).code(0).silent().shows("Holds").shows("Meridian Press Agency");
    let stats = dir.run(["stats", "--format", "json"]).code(0).json_lines();
    assert!(stats[0]["articles"].as_u64() > Some(60), "{}", stats[0]);
    dir.run(["check"]).code(0).shows("no fault");
    // A bit flips.
    let folder = dir.path().join("index");
    let store = std::fs::read_dir(&folder)
        .expect("a folder")
        .flatten()
        .find(|f| f.path().extension().is_some_and(|e| e == "store"));
    let store = store.expect("a store").path();
    let mut bytes = std::fs::read(&store).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&store, bytes).expect("written");
    dir.run(["check"]).code(4);
}

#[test]
fn an_index_that_cannot_be_used_is_told_apart() {
    let dir = Dir::new();
    dir.corpus();
    dir.run(["stats", "--index", "nowhere"]).code(4).says("there is no folder nowhere").no_data();
    dir.run(["stats", "--index", "corpus"]).code(4).says("not an index of newsdex");
    dir.run(["index", "corpus", "--index", "corpus/"]).code(4).says("not an index of newsdex");
    dir.write("file", "x").run(["stats", "--index", "file"]).code(4);
    dir.write("empty/README.md", "Nothing yet.");
    dir.run(["stats", "--index", "empty"]).code(4).says("nothing is indexed in empty yet");
    dir.run(["verify", "any words", "--index", "empty"]).code(1).says("nothing is indexed in empty yet");
    dir.write("old/newsdex.json", r#"{"schema": "0.0", "analysis": 0, "models": "none"}"#);
    dir.run(["stats", "--index", "old"]).code(4).says("another version");
    dir.run(["index", "corpus", "--index", "old"]).code(4).says("another version");
    dir.run(["index", "corpus", "--index", "a", "--index", "b"]).code(2).says("give --index once");
}

#[test]
fn the_index_can_be_named_by_the_environment() {
    let dir = Dir::new();
    dir.corpus();
    dir.with(["index", "corpus", "-q"], |c| _ = c.env("NEWSDEX_INDEX", "elsewhere")).code(0);
    dir.run(["stats", "--index", "elsewhere"]).code(0);
    dir.run(["stats"]).code(4);
}

#[test]
fn several_indexes_answer_together() {
    let dir = Dir::new();
    dir.corpus();
    dir.run(["index", "corpus/capital-lines", "-q", "--index", "a"]).code(0);
    dir.run(["index", "corpus/meridian-press-agency", "-q", "--index", "b"]).code(0);
    for id in ["bank-dissent", "port-deal"] {
        dir.run(["show", id, "--index", "a", "--index", "b"]).code(0).shows(id);
    }
    dir.run(["show", "port-deal", "--index", "a"]).code(1).says("no article has the id `port-deal`");
}
