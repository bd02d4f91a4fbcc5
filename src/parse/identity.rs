//! Identity: what an article is called in the index.
//!
//! Its own id, else its address in canonical form, else where it was found. Whether two collections use one id for two
//! articles only the index can see; it settles that.

use crate::article::Origin;

/// The id of an article.
pub fn of(own: Option<String>, url: Option<&str>, origin: &Origin) -> String {
    own.or_else(|| url.map(canonical)).unwrap_or_else(|| place(origin))
}

/// An outlet that is given as an address, by its domain: `https://www.courier.example/` is `courier.example`.
pub fn outlet(source: &str) -> String {
    let bare = source.strip_prefix("https://").or_else(|| source.strip_prefix("http://")).unwrap_or(source);
    let host = bare.strip_prefix("www.").unwrap_or(bare);
    if host.len() == source.len() || source.contains(char::is_whitespace) {
        return source.to_owned();
    }
    host.split(['/', '?', '#', ':']).next().unwrap_or(host).to_lowercase()
}

/// Path, member and number of the record, for what has no name of its own.
fn place(origin: &Origin) -> String {
    let mut out = origin.path.clone();
    if let Some(member) = &origin.member {
        out.push_str("!/");
        out.push_str(member);
    }
    if origin.record > 1 || origin.path.is_empty() {
        out.push_str(&format!("#{}", origin.record));
    }
    out
}

/// Parameters that say where a reader came from and not what the page is.
const TRACKING: &[&str] = &[
    "cid",
    "cmp",
    "cmpid",
    "ex_cid",
    "fb_ref",
    "fbclid",
    "gclid",
    "igshid",
    "mbid",
    "mc_cid",
    "mc_eid",
    "msclkid",
    "ncid",
    "ns_campaign",
    "ns_mchannel",
    "ocid",
    "partner",
    "smid",
    "smtyp",
    "sr_share",
    "src",
    "taid",
    "xtor",
];

/// An address without its fragment and the parameters that track readers, scheme and host in lower case, no default
/// port.
pub fn canonical(url: &str) -> String {
    let url = url.split('#').next().unwrap_or(url).trim();
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_string() };
    let cut = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(cut);
    let host = host.to_lowercase();
    let host = host.strip_suffix(":443").or_else(|| host.strip_suffix(":80")).unwrap_or(&host);
    let (path, query) = path.split_once('?').map_or((path, None), |(p, q)| (p, Some(q)));
    let mut out = format!("{}://{host}{path}", scheme.to_lowercase());
    let mut sign = '?';
    for parameter in query.into_iter().flat_map(|q| q.split('&')).filter(|p| !p.is_empty()) {
        let name = parameter.split('=').next().unwrap_or(parameter).to_ascii_lowercase();
        if !name.starts_with("utm_") && !name.starts_with("at_") && !TRACKING.contains(&name.as_str()) {
            out.push(sign);
            out.push_str(parameter);
            sign = '&';
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_page() {
        for (url, is) in [
            ("HTTPS://Www.Example.com:443/A/b?utm_source=x&id=3&fbclid=y#top", "https://www.example.com/A/b?id=3"),
            ("http://example.com?gclid=1", "http://example.com"),
            ("https://example.com/a/", "https://example.com/a/"),
            ("urn:newsml:example:1", "urn:newsml:example:1"),
        ] {
            assert_eq!(canonical(url), is, "{url}");
        }
    }

    #[test]
    fn outlets_by_their_domains() {
        for (source, is) in [
            ("https://www.Courier.example/news", "courier.example"),
            ("www.courier.example", "courier.example"),
            ("courier.example", "courier.example"),
            ("The Courier", "The Courier"),
            ("www. The Courier", "www. The Courier"),
        ] {
            assert_eq!(outlet(source), is, "{source}");
        }
    }

    #[test]
    fn own_id_then_address_then_place() {
        let origin = Origin { path: "a.zip".into(), member: Some("b.jsonl".into()), record: 3, ..Origin::default() };
        assert_eq!(of(Some("7".into()), Some("http://example.com/#x"), &origin), "7");
        assert_eq!(of(None, Some("http://example.com/#x"), &origin), "http://example.com/");
        assert_eq!(of(None, None, &origin), "a.zip!/b.jsonl#3");
    }
}
