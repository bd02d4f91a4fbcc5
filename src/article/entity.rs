//! Who and what is named.

use super::{Span, names};

/// One place in the text where an entity is named. Mentions are in order and do not overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    pub span: Span,
    pub kind: EntityType,
    /// Index into the article's `entities`.
    pub entity: u32,
}

/// Someone or something that an article names, under all the names that it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// The fullest form in this article.
    pub name: String,
    pub kind: EntityType,
    /// How many mentions point here.
    pub mentions: u32,
    /// The other forms in this article, each once, in order of appearance.
    pub variants: Vec<String>,
    /// As far as names, titles and pronouns tell.
    pub gender: Option<Gender>,
    /// Titles and roles given beside the name ("prime minister"), each once, in order of appearance, lower case.
    pub roles: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityType {
    Person,
    Organization,
    Place,
    /// Nationalities, religions, members of parties.
    Group,
    /// Events, laws, works, products.
    Misc,
}

impl EntityType {
    /// Whether a name of this type is written as headlines and datelines shout it, so that any other spelling is
    /// better. Acronyms are no shouting, and organizations have the longest.
    pub fn is_shouted(self, name: &str) -> bool {
        let longest = if self == EntityType::Organization { 5 } else { 3 };
        !name.contains(char::is_lowercase) && name.chars().filter(|c| c.is_alphabetic()).count() > longest
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gender {
    Female,
    Male,
}

names!(EntityType {
    Person = "person", Organization = "organization", Place = "place", Group = "group", Misc = "misc",
});
