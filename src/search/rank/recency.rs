//! Newer articles lifted, for who asks for it.
//!
//! The newest article of the archive scores twice what its words are worth; what is older gains less, half as much for
//! every *half-life*; what has no date gains nothing. Age counts from the newest article and not from today, so that an
//! archive that ended years ago is ranked as when it ended, and the same question has the same answer tomorrow.

use crate::search::engine::Segment;

/// How much articles gain by their date.
pub(super) struct Recency {
    half_life: f32,
    newest: f32,
}

impl Recency {
    /// With the half-life in days.
    pub fn new(half_life: u32, segments: &[Segment]) -> tantivy::Result<Recency> {
        let mut newest = 0;
        for segment in segments {
            let name = segment.reader.schema().get_field_name(segment.fields.published);
            let column = segment.reader.fast_fields().column_opt::<u64>(name)?;
            newest = newest.max(column.map_or(0, |c| c.max_value()));
        }
        Ok(Recency { half_life: half_life.max(1) as f32, newest: days(newest) })
    }

    /// What an article of this date (`20210602`; nothing is 0) gains for each point of its score.
    pub fn lift(&self, date: u64) -> f32 {
        if date == 0 { 0.0 } else { (-(self.newest - days(date)).max(0.0) / self.half_life).exp2() }
    }
}

/// The day that a date is, within a day or two: enough for a curve.
fn days(date: u64) -> f32 {
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    year as f32 * 365.25 + month as f32 * 30.44 + day as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_gains_most_and_half_as_much_a_half_life_before() {
        let recency = Recency { half_life: 365.0, newest: days(20_220_602) };
        assert_eq!(recency.lift(20_220_602), 1.0);
        assert!((recency.lift(20_210_602) - 0.5).abs() < 0.01);
        assert!(recency.lift(18_500_101) < 0.001);
        assert_eq!(recency.lift(0), 0.0);
    }
}
