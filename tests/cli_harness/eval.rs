//! `eval`: figures as trec_eval has them, topics, comparisons, and files that are none.

use super::harness::Dir;

const QRELS: &str = "1 0 a 1\n1 0 b 0\n1 0 c 2\n1 0 d 1\n2 0 a 1\n3 0 e 1\n4 0 f 0\n";
const RUN: &str = "1 Q0 b 1 9 one\n1 Q0 c 2 8.5 one\n1 Q0 z 3 8 one\n1 Q0 a 4 7 one\n2 Q0 a 1 1 one\n9 Q0 a 1 1 one\n";
const BETTER: &str = "1 Q0 c 1 9 two\n1 Q0 a 2 8 two\n2 Q0 a 1 1 two\n3 Q0 x 1 2 two\n3 Q0 e 2 2 two\n";

fn judged() -> Dir {
    let dir = Dir::new();
    dir.write("qrels", QRELS).write("one", RUN).write("two", BETTER);
    dir
}

#[test]
fn a_run_is_measured() {
    let dir = judged();
    let measures = "-mnum_q,num_rel_ret,map,MRR,P@5,nDCG@10,R@100";
    // Checked with trec_eval -c, topic 4 left out of the judgements.
    let done = dir.run(["eval", "qrels", "one", measures, "--format", "trec"]).code(0);
    let rows: Vec<Vec<&str>> = done.stdout.lines().map(|l| l.split_whitespace().collect()).collect();
    assert_eq!(
        rows,
        [
            ["runid", "all", "one"],
            ["num_q", "all", "3"],
            ["num_rel_ret", "all", "3"],
            ["map", "all", "0.4444"],
            ["recip_rank", "all", "0.5000"],
            ["P_5", "all", "0.2000"],
            ["ndcg_cut_10", "all", "0.5135"],
            ["recall_100", "all", "0.5556"],
        ]
    );
    done.says("left out 1 topic without a relevant article")
        .says("`one` answers 1 topic that nobody judged")
        .says("`one` does not answer 1 topic, counted as zero");
    // As trec_eval has it without -c.
    let answered = dir.run(["eval", "qrels", "one", "-m", "map", "--answered", "--format", "csv"]).code(0);
    assert_eq!(answered.stdout, "topic,measure,value\nall,map,0.6666666666666666\n");
    dir.run(["eval", "qrels", "one", "-q"]).code(0).silent().shows("map                 0.4444\n").shows("Rprec");
    let piped = dir.pipe(["eval", "qrels", "-", "-q", "-m", "map"], RUN.as_bytes()).code(0);
    assert_eq!(piped.stdout, "map       0.4444\n");
}

#[test]
fn each_topic_by_itself() {
    let dir = judged();
    let per_query = ["eval", "qrels", "one", "-q", "--per-query", "-m", "map", "-m", "P_5"];
    let with = |format| dir.run(per_query.into_iter().chain(["--format", format])).code(0).silent();
    assert_eq!(
        with("trec").stdout.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>(),
        [
            "map 1 0.3333",
            "P_5 1 0.4000",
            "map 2 1.0000",
            "P_5 2 0.2000",
            "map 3 0.0000",
            "P_5 3 0.0000",
            "runid all one",
            "map all 0.4444",
            "P_5 all 0.2000"
        ]
    );
    let text = with("text").stdout;
    assert!(text.starts_with("Topic      map      P_5\n1       0.3333   0.4000\n"), "{text}");
    let lines = with("jsonl").json_lines();
    assert_eq!((lines.len(), &lines[1]["runs"][0]["P_5"]), (4, &0.2.into()));
    assert_eq!(lines[3]["runs"][0]["all"]["num_q"], serde_json::Value::Null, "only what was asked for");
    let json = with("json").json_lines().remove(0);
    assert_eq!(json["topics"].as_array().map(Vec::as_slice), Some(&lines[..3]));
    assert_eq!(with("csv").stdout.lines().nth(1), Some("1,map,0.3333333333333333"));
}

#[test]
fn two_runs_are_compared() {
    let dir = judged();
    let done = dir.run(["eval", "qrels", "one", "two", "-m", "num_ret,map"]).code(0);
    // Ties go to the later id: of topic 3's two, `x`.
    done.shows("First   one (one)\nSecond  two (two)\n")
        .shows("num_ret        5        5\n")
        .shows("map       0.4444   0.7222  +0.2778        2        0        1   0.5000\n");
    let json = dir.run(["eval", "qrels", "one", "two", "-m", "map", "--format", "json"]).code(0).json_lines().remove(0);
    let compared = &json["comparison"][0];
    assert_eq!((&compared["better"], &compared["equal"], &compared["p"]), (&2.into(), &1.into(), &0.5.into()));
    dir.run(["eval", "qrels", "one", "two", "-m", "map", "--per-query"]).code(0).shows("3      +0.5000\n");
    dir.run(["eval", "qrels", "one", "two", "-m", "map", "--format", "csv"])
        .code(0)
        .shows("topic,measure,first,second,difference,better,worse,equal,p\nall,map,0.4444444444444444,");
    dir.run(["eval", "qrels", "one", "two", "--format", "trec"]).code(2).says("--format trec holds one run");
}

#[test]
fn files_that_are_none_are_told_with_the_line() {
    let dir = judged();
    dir.run(["eval", "one", "one"]).code(2).says("one, line 1: a judgement has four columns").no_data();
    dir.run(["eval", "qrels", "qrels"]).code(2).says("qrels, line 1: an answer has six columns");
    dir.write("twice", format!("{RUN}1 Q0 a 5 1 one\n"));
    dir.run(["eval", "qrels", "twice"]).code(2).says("twice, line 7: article `a` answered topic `1` before");
    dir.run(["eval", "nowhere", "one"]).code(5).says("cannot read `nowhere`");
    dir.run(["eval", "qrels", "one", "-m", "bpref"]).code(2).says("measures are num_q");
    dir.write("foreign", "1 Q0 doc1 1 1 x\n");
    dir.run(["eval", "qrels", "foreign"]).code(0).says("do ids and topics mean the same in both files?");
    dir.write("barren", "1 0 a 0\n");
    dir.run(["eval", "barren", "one"]).code(1).says("no topic counts");
}
