//! People: what the words around their names say of gender and role.

use super::lexicon::{Lexicon, kind};
use crate::article::fold::fold;
use crate::article::{Article, EntityType, Gender, Kind, Shape, Token};
use std::ops::Range;

/// The most words of a role, and how far an apposition is read.
const ROLE_WORDS: usize = 6;
/// The most roles that are kept of one person.
const ROLES: usize = 4;

/// Whether a word stands for a person and names none.
pub fn is_pronoun(word: &str) -> bool {
    const PRONOUNS: &[&str] =
        &["i", "he", "she", "it", "we", "you", "they", "him", "her", "his", "hers", "them", "us", "me", "who"];
    word.len() <= 4 && word != "US" && PRONOUNS.iter().any(|p| p.eq_ignore_ascii_case(word))
}

/// Whether a folded title is mere courtesy and no role.
pub fn is_courtesy(title: &str) -> bool {
    matches!(
        title,
        "mr" | "mrs" | "ms" | "miss" | "sir" | "dame" | "mme" | "mlle" | "madame" | "monsieur" | "herr" | "frau"
    ) || matches!(title, "senor" | "senora" | "don" | "dona" | "lady" | "lord" | "dr" | "mx" | "shri" | "smt")
}

/// What a folded title says of its bearer.
pub fn gender_of_title(title: &str) -> Option<Gender> {
    match title {
        "mrs" | "ms" | "miss" | "dame" | "mme" | "mlle" | "madame" | "frau" | "senora" | "dona" | "lady" | "smt"
        | "queen" | "princess" | "duchess" | "baroness" | "countess" | "empress" | "sister" | "congresswoman"
        | "councilwoman" | "chairwoman" | "spokeswoman" | "businesswoman" | "actress" | "aunt" => Some(Gender::Female),
        "mr" | "sir" | "monsieur" | "herr" | "senor" | "lord" | "king" | "prince" | "duke" | "baron" | "emperor"
        | "pope" | "father" | "brother" | "congressman" | "councilman" | "chairman" | "spokesman" | "businessman"
        | "sheikh" | "imam" | "ayatollah" | "cardinal" | "archbishop" | "uncle" => Some(Gender::Male),
        _ => None,
    }
}

/// What the forename of a full name says, where it is given to one gender only.
pub fn gender_of_forename(words: &[String], lexicon: &Lexicon) -> Option<Gender> {
    let [first, _, ..] = words else { return None };
    match lexicon.kinds(first) & (kind::FEMALE | kind::MALE) {
        kind::FEMALE => Some(Gender::Female),
        kind::MALE => Some(Gender::Male),
        _ => None,
    }
}

/// A name without the titles before it; kings and popes keep theirs.
pub fn without_title(name: &str, kind: EntityType) -> String {
    let mut rest = name;
    while kind == EntityType::Person
        && let Some((title, after)) = rest.split_once(' ')
    {
        let folded = fold(title);
        let role = matches!(
            folded.as_str(),
            "president"
                | "senator"
                | "sen"
                | "rep"
                | "gov"
                | "governor"
                | "minister"
                | "professor"
                | "prof"
                | "gen"
                | "general"
                | "judge"
                | "justice"
                | "rev"
                | "capt"
                | "lt"
                | "col"
                | "sgt"
                | "mayor"
                | "chancellor"
                | "premier"
                | "secretary"
                | "ambassador"
                | "chairman"
        );
        if !(role || is_courtesy(&folded)) || (folded == "don" && !after.contains(' ')) {
            break;
        }
        rest = after;
    }
    rest.to_string()
}

/// Gives the people of an article gender and roles.
pub fn describe(article: &mut Article, lexicon: &Lexicon) {
    let mut votes: Vec<[i32; 2]> = vec![[0, 0]; article.entities.len()];
    let mut roles: Vec<Vec<String>> = vec![Vec::new(); article.entities.len()];
    let reader = Reader { article, lexicon };
    for (i, m) in article.mentions.iter().enumerate() {
        if m.kind != EntityType::Person {
            continue;
        }
        let tokens = article.tokens.within(m.span);
        let next = article.mentions[i + 1..].iter().find(|n| n.kind == EntityType::Person);
        let until = next.map_or(article.tokens.len(), |n| article.tokens.at(n.span.start));
        let vote = &mut votes[m.entity as usize];
        match reader.pronoun(tokens.end..until) {
            Some(Gender::Female) => vote[0] += 1,
            Some(Gender::Male) => vote[1] += 1,
            None => {}
        }
        let list = &mut roles[m.entity as usize];
        for role in [reader.before(tokens.start), reader.after(tokens.end)].into_iter().flatten() {
            match gender_of_title(role.rsplit(' ').next().unwrap_or(&role)) {
                Some(Gender::Female) => vote[0] += 4,
                Some(Gender::Male) => vote[1] += 4,
                None => {}
            }
            if list.len() < ROLES && !list.contains(&role) {
                list.push(role);
            }
        }
    }
    for ((e, vote), roles) in article.entities.iter_mut().zip(votes).zip(roles) {
        if e.kind != EntityType::Person {
            continue;
        }
        let words: Vec<String> = e.name.split([' ', '-']).map(fold).collect();
        match gender_of_forename(&words, lexicon) {
            Some(Gender::Female) => e.gender = e.gender.or_else(|| (vote[0] + 3 >= vote[1]).then_some(Gender::Female)),
            Some(Gender::Male) => e.gender = e.gender.or_else(|| (vote[1] + 3 >= vote[0]).then_some(Gender::Male)),
            None => {}
        }
        e.gender = e.gender.or(match vote[0].cmp(&vote[1]) {
            std::cmp::Ordering::Greater => Some(Gender::Female),
            std::cmp::Ordering::Less => Some(Gender::Male),
            std::cmp::Ordering::Equal => None,
        });
        e.roles = roles;
    }
}

struct Reader<'a> {
    article: &'a Article,
    lexicon: &'a Lexicon,
}

impl Reader<'_> {
    fn word(&self, t: &Token) -> &str {
        t.term(&self.article.text)
    }

    /// The first pronoun of the third person within these tokens, in this sentence and the next.
    fn pronoun(&self, tokens: Range<usize>) -> Option<Gender> {
        let mut stops = 0;
        for t in self.article.tokens.get(tokens)?.iter().take(60) {
            match t.span.of(&self.article.text) {
                "." | "!" | "?" => stops += 1,
                "he" | "He" | "his" | "His" | "him" | "himself" => return Some(Gender::Male),
                "she" | "She" | "her" | "Her" | "herself" => return Some(Gender::Female),
                _ => {}
            }
            if stops > 1 {
                return None;
            }
        }
        None
    }

    fn is_role(&self, t: &Token) -> bool {
        t.kind == Kind::Word
            && self.lexicon.kinds(self.word(t)) & (kind::ROLE | kind::TITLE) != 0
            && !is_courtesy(&fold(self.word(t)))
    }

    /// The role right before a name: "foreign minister", "Chief Executive".
    fn before(&self, name: usize) -> Option<String> {
        let tokens = &self.article.tokens;
        let mut first = name;
        // "Prime Minister Dr. Jane Roe", "Chairman, Jane Roe" has no comma in news.
        while first > 0 && is_courtesy(&fold(self.word(&tokens[first - 1]))) {
            first -= 1;
        }
        let end = first;
        while first > 0 && end - first < ROLE_WORDS {
            let t = &tokens[first - 1];
            let inside = self.is_role(t) || (first < end && self.is_modifier(first - 1));
            if !inside || tokens[first].newline {
                break;
            }
            first -= 1;
        }
        self.role(first..end)
    }

    /// The role that follows a name between commas: ", president of the European Central Bank,".
    fn after(&self, name: usize) -> Option<String> {
        let tokens = &self.article.tokens;
        if tokens.get(name)?.span.of(&self.article.text) != "," {
            return None;
        }
        let mut first = name + 1;
        if matches!(self.word(tokens.get(first)?), "a" | "an" | "the" | "his" | "her" | "their" | "its") {
            first += 1;
        }
        let mut end = first;
        while end < tokens.len().min(first + ROLE_WORDS) {
            let t = &tokens[end];
            let part = t.kind == Kind::Clitic || t.span.of(&self.article.text) == "-";
            if !(t.kind == Kind::Word || part) || is_link(self.word(t)) {
                break;
            }
            end += 1;
        }
        // The role ends with its head; a possessor before it ("the bank's chief economist") is not part of it.
        while end > first && !self.is_role(&tokens[end - 1]) {
            end -= 1;
        }
        let start = tokens[first..end].iter().rposition(|t| t.kind == Kind::Clitic).map_or(first, |i| first + i + 1);
        let start = (start..end).find(|&i| self.is_role(&tokens[i]) || self.is_modifier(i)).unwrap_or(end);
        self.role(start..end)
    }

    /// Whether a token may stand before a role and be part of it. Names of others are not.
    fn is_modifier(&self, i: usize) -> bool {
        let t = &self.article.tokens[i];
        let word = self.word(t);
        if t.kind == Kind::Mark {
            return word == "-";
        }
        let named = self.article.mentions.partition_point(|m| m.span.end <= t.span.start);
        let free = self.article.mentions.get(named).is_none_or(|m| m.span.start >= t.span.end);
        let known = self.lexicon.kinds(word) & (kind::ROLE | kind::TITLE) != 0;
        free && t.kind == Kind::Word && (known || MODIFIERS.contains(&fold(word).as_str()))
    }

    fn role(&self, tokens: Range<usize>) -> Option<String> {
        let list = self.article.tokens.get(tokens)?;
        if !list.iter().any(|t| self.is_role(t)) {
            return None;
        }
        let mut role = String::new();
        for t in list {
            if t.spaced && !role.is_empty() {
                role.push(' ');
            }
            role.push_str(&self.word(t).to_lowercase());
        }
        let role = role.trim_matches(['-', ' ']).to_string();
        let abbreviated =
            matches!(role.as_str(), "st" | "count" | "nana") || list.iter().all(|t| t.shape == Shape::None);
        (!role.is_empty() && !abbreviated).then_some(role)
    }
}

/// Words that end the first noun of an apposition.
fn is_link(word: &str) -> bool {
    matches!(
        word,
        "of" | "for"
            | "at"
            | "in"
            | "on"
            | "to"
            | "and"
            | "or"
            | "with"
            | "who"
            | "whose"
            | "which"
            | "from"
            | "by"
            | "said"
            | "says"
            | "is"
            | "was"
            | "has"
            | "had"
            | "told"
            | "as"
    )
}

/// What stands before roles and belongs to them.
const MODIFIERS: &[&str] = &[
    "acting",
    "agriculture",
    "assistant",
    "associate",
    "attorney",
    "business",
    "cabinet",
    "campaign",
    "chief",
    "co",
    "communications",
    "culture",
    "defence",
    "defense",
    "deputy",
    "development",
    "economic",
    "economy",
    "education",
    "emeritus",
    "energy",
    "environment",
    "ex",
    "executive",
    "external",
    "federal",
    "finance",
    "financial",
    "first",
    "foreign",
    "former",
    "general",
    "global",
    "government",
    "health",
    "high",
    "home",
    "honorary",
    "house",
    "human",
    "information",
    "interim",
    "interior",
    "international",
    "investment",
    "joint",
    "justice",
    "labor",
    "labour",
    "lead",
    "legal",
    "majority",
    "managing",
    "marketing",
    "minority",
    "national",
    "new",
    "operating",
    "opposition",
    "outgoing",
    "parliamentary",
    "party",
    "permanent",
    "police",
    "policy",
    "political",
    "press",
    "prime",
    "principal",
    "private",
    "public",
    "regional",
    "research",
    "retired",
    "science",
    "senior",
    "shadow",
    "social",
    "special",
    "sports",
    "state",
    "supreme",
    "technology",
    "then",
    "top",
    "trade",
    "transport",
    "treasury",
    "union",
    "vice",
    "white",
    "world",
];
