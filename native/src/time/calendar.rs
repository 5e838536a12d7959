//! Working days of 2000 to 2099, as the message tells them; see `policy/time/calendar.py`.

use crate::message as pb;
use crate::time::moment::{civil, weekday};

pub struct Calendar {
    first: i32,
    working: Vec<bool>,
    /// Days since the first that are worked.
    days: Vec<i32>,
    /// How many days before each are worked, and are open.
    rank: Vec<i32>,
    gaps: Vec<i32>,
    settled: Vec<(i32, (u32, u32))>,
}

impl Calendar {
    pub fn load(found: &pb::Calendar) -> Calendar {
        let bits = |bytes: &[u8]| -> Vec<bool> {
            bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1)).collect()
        };
        let (working, open) = (bits(&found.working), bits(&found.open));
        let sums = |flags: &[bool]| -> Vec<i32> {
            let mut total = 0;
            let mut all = vec![0];
            all.extend(flags.iter().map(|flag| {
                total += i32::from(*flag);
                total
            }));
            all
        };
        Calendar {
            first: found.first,
            days: (0..).zip(&working).filter(|(_, worked)| **worked).map(|(day, _)| day).collect(),
            rank: sums(&working),
            gaps: sums(&open),
            working,
            settled: found.settled.iter().map(|one| (one.year, (one.month as u32, one.day as u32))).collect(),
        }
    }

    fn index(&self, day: i32) -> Option<usize> {
        let index = usize::try_from(day - self.first).ok()?;
        (index < SIZE && index < self.working.len()).then_some(index)
    }

    fn nth(&self, place: i32) -> Option<i32> {
        let day = self.days.get(usize::try_from(place).ok()?)?;
        ((*day as usize) < SIZE).then_some(self.first + day)
    }

    pub fn works(&self, day: i32) -> Option<bool> {
        self.index(day).map(|index| self.working[index])
    }

    /// The first working day on or after a day.
    pub fn next(&self, day: i32) -> Option<i32> {
        let index = self.index(day)?;
        if self.working[index] { Some(day) } else { self.nth(self.rank[index]) }
    }

    /// The last working day on or before a day.
    pub fn previous(&self, day: i32) -> Option<i32> {
        self.nth(self.rank[self.index(day)? + 1] - 1)
    }

    /// The `count`-th working day before a day, which itself is not counted.
    pub fn before(&self, day: i32, count: i32) -> Option<i32> {
        self.nth(self.rank[self.index(day)?] - count)
    }

    /// The `count`-th working day after a day, which itself is not counted.
    pub fn after(&self, day: i32, count: i32) -> Option<i32> {
        self.nth(self.rank[self.index(day)? + 1] + count - 1)
    }

    /// How many working days follow a day, up to and including another one.
    pub fn between(&self, after: i32, through: i32) -> Option<i32> {
        Some(self.rank[self.index(through)? + 1] - self.rank[self.index(after)? + 1])
    }

    /// Whether none of these days rests, and none is a weekend day that is worked.
    pub fn plain(&self, first: i32, last: i32) -> bool {
        (first..=last).all(|day| self.works(day) == Some(true) && weekday(day) < 5)
    }

    /// The first day of these that a later notice may still change; all must be days of the calendar.
    pub fn first_open(&self, first: i32, last: i32) -> Option<Option<i32>> {
        let before = self.gaps[self.index(first)?];
        if self.gaps[self.index(last)? + 1] <= before {
            return Some(None);
        }
        let place = self.gaps.partition_point(|gaps| *gaps <= before);
        Some(Some(self.first + place as i32 - 1))
    }

    /// Whether the notice for the year of a day settles it.
    pub fn settles(&self, day: i32) -> bool {
        let (year, month, date) = civil(day);
        self.settled.iter().any(|(settled, through)| *settled == year && (month, date) <= *through)
    }

    pub fn has_year(&self, year: i32) -> bool {
        self.settled.iter().any(|(settled, _)| *settled == year)
    }
}

/// Days from 2000-01-01 to 2099-12-31.
const SIZE: usize = 36_525;
