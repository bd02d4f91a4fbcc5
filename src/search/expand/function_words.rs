//! English words that hold sentences together and say little of what a text is about.
//!
//! Statistics alone take them for telling in an archive of short texts, where "can't" or "just" is rare. In a query of
//! several words they count for the rank by [`WEIGHT`]; what they match, and all that is asked with an operator, stays
//! as it is. Half is what three development sets like best; leaving them out loses titles made of little else
//! (tests/bench/README.md).

/// How much such a word counts beside others.
pub const WEIGHT: f32 = 0.5;

/// Whether a folded word is one.
pub fn is_function_word(folded: &str) -> bool {
    WORDS.binary_search(&folded).is_ok()
}

/// Folded (without apostrophes), sorted.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "a", "about", "above", "after", "again", "against", "aint", "all", "almost", "also", "although", "always", "am",
    "among", "an", "and", "another", "any", "anybody", "anyone", "anything", "are", "arent", "around", "as", "at",
    "away", "back", "be", "became", "because", "been", "before", "behind", "being", "below", "between", "both", "but",
    "by", "came", "can", "cannot", "cant", "could", "couldnt", "did", "didnt", "do", "does", "doesnt", "doing",
    "done", "dont", "down", "during", "each", "either", "else", "enough", "etc", "even", "ever", "every", "everybody",
    "everyone", "everything", "except", "few", "for", "from", "further", "get", "gets", "getting", "go", "goes",
    "going", "gone", "got", "had", "hadnt", "has", "hasnt", "have", "havent", "having", "he", "hed", "hell", "her",
    "here", "heres", "hers", "herself", "hes", "him", "himself", "his", "how", "however", "hows", "i", "id", "if",
    "ill", "im", "in", "into", "is", "isnt", "it", "its", "itself", "ive", "just", "know", "let", "lets", "like",
    "made", "make", "makes", "many", "may", "maybe", "me", "might", "more", "most", "much", "must", "mustnt", "my",
    "myself", "never", "no", "nor", "not", "nothing", "now", "of", "off", "often", "oh", "ok", "on", "once", "one",
    "only", "onto", "or", "other", "others", "ought", "our", "ours", "ourselves", "out", "over", "own", "please",
    "put", "quite", "rather", "re", "really", "said", "same", "saw", "say", "says", "see", "seem", "seemed", "seems",
    "seen", "shall", "she", "shed", "shell", "shes", "should", "shouldnt", "since", "so", "some", "somebody",
    "someone", "something", "still", "such", "take", "tell", "than", "thank", "thanks", "that", "thats", "the",
    "their", "theirs", "them", "themselves", "then", "there", "theres", "these", "they", "theyd", "theyll", "theyre",
    "theyve", "thing", "things", "think", "this", "those", "though", "through", "thus", "to", "told", "too", "took",
    "toward", "towards", "under", "until", "up", "upon", "use", "used", "using", "very", "want", "was", "wasnt",
    "way", "we", "wed", "well", "went", "were", "werent", "weve", "what", "whatever", "whats", "when", "whens",
    "where", "wheres", "whether", "which", "while", "who", "whom", "whos", "whose", "why", "whys", "will", "with",
    "within", "without", "wont", "would", "wouldnt", "yes", "yet", "you", "youd", "youll", "your", "youre", "yours",
    "yourself", "yourselves", "youve",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_folded() {
        assert!(WORDS.is_sorted());
        assert!(WORDS.iter().all(|w| crate::article::fold::fold(w) == **w));
        assert!(is_function_word("cant") && !is_function_word("strike"));
    }
}
