//! The words that decide where a stop alone does not: English, French, German, Spanish.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

/// A set of words, as written.
pub struct Words(LazyLock<FxHashSet<&'static str>>);

impl Words {
    pub fn contains(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $list:literal;)+) => {
        $($(#[$doc])* pub static $name: Words = Words(LazyLock::new(|| $list.split_whitespace().collect()));)+
    };
}

words! {
    /// Words that open sentences and are no names: articles, pronouns, prepositions, conjunctions.
    OPENERS = "
        A About According After All Also Although Among An And Another Any As Asked At Back Because Before Both But By
        During Each Earlier Even Every Few Finally Following For Former From Further Given Had Has Have He Her Here His
        How However I If In Instead Is It Its Just Last Later Like Many Meanwhile More Most Mr. Mrs. Ms. My Neither
        Nearly Nevertheless No None Not Now Of On Once One Only Or Other Others Our Over Perhaps She Several Since So
        Some Still Such That The Their Then There These They This Those Though Through Thus To Two Under Unlike Until
        Was We Were What When Where Whether Which While Who Why Will With Within Without Yet You Your
        Ce Cette Dans Elle Elles Il Ils Mais Pour Selon Une
        Aber Am Auch Bei Das Der Dies Diese Dieser Doch Ein Eine Er Es Im Mit Nach Sie Und Wir
        En Para Pero Por Según También Una";

    /// What belongs to the time of day before it: "9 p.m. Tuesday".
    AFTER_CLOCK = "
        Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
        September October November December Jan. Feb. Aug. Sept. Oct. Nov. Dec. ET EST EDT CT CST CDT MT MST MDT PT PST
        PDT GMT BST UTC CET Eastern Central Pacific Mountain New London local";

    /// Verbs that say who asked or cried out.
    CUES = "
        said says asked asks added adds told tells replied replies wrote writes tweeted tweets shouted shouts cried
        cries exclaimed yelled screamed joked jokes wondered wonders recalled recalls demanded demands responded
        responds answered continued posted quipped remarked called muttered whispered declared insisted chanted inquired
        queried mused laughed pleaded urged warned retorted countered noted objected protested offered concluded observed";

    /// Abbreviations (in lower case) whose stop the tokeniser does not know, before a capital or a number.
    ABBREVIATIONS = "
        approx aprox av avda bzw ca cf chr dra dña eds env evtl geb ggf gral hl inkl mgr mio mrd rd sra sres srta tel uds
        vd vgl viz zzgl";

    /// Of those, the ones that are abbreviations before a number only.
    NUMBERED = "abs art bd fig figs núm nr op pp pág págs vol vols";

    /// Abbreviations (in lower case) with which no sentence ends, for a name or number belongs to them.
    TITLES = "
        adm brig capt cmdr col cpl dr gen gov hon lt maj messrs mlle mme mr mrs ms no nos ph prof rep reps rev sen sens sgt
        supt vs";
}
