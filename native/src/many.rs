//! Many cases on several threads: pieces of them are taken in turn, each answer stands in its case's place.
//!
//! Threads of the call's own and no pool: none outlives the call, so that a process which forks (as Spark's workers
//! do) or ends has none, and how many cores one call may take is its caller's to say.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, scope};
use std::time::{Duration, Instant};

/// Says when cases that have not been begun are left: told to, or after a time.
#[derive(Default)]
pub struct Stop {
    told: AtomicBool,
    at: Option<Instant>,
}

impl Stop {
    /// After so many seconds, where some are said.
    pub fn after(seconds: Option<f64>) -> Stop {
        let time = seconds.map(|s| Duration::try_from_secs_f64(s.max(0.0)).unwrap_or(Duration::MAX));
        Stop { told: AtomicBool::new(false), at: time.and_then(|time| Instant::now().checked_add(time)) }
    }

    pub fn tell(&self) {
        self.told.store(true, Ordering::Relaxed);
    }

    pub fn over(&self) -> bool {
        self.told.load(Ordering::Relaxed) || self.at.is_some_and(|at| Instant::now() >= at)
    }
}

/// What `work` makes of `items`, in their order: it is given `piece` of them at a time, on up to `threads` threads.
pub fn spread<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    piece: usize,
    work: impl Fn(&[T]) -> Vec<R> + Sync,
) -> Vec<R> {
    let pieces: Vec<&[T]> = items.chunks(piece).collect();
    let places: Vec<Mutex<Vec<R>>> = pieces.iter().map(|_| Mutex::default()).collect();
    let next = AtomicUsize::new(0);
    let take = || {
        while let Some((piece, place)) = {
            let turn = next.fetch_add(1, Ordering::Relaxed);
            pieces.get(turn).zip(places.get(turn))
        } {
            *place.lock().unwrap_or_else(PoisonError::into_inner) = work(piece);
        }
    };
    scope(|threads_of_it| {
        for _ in 1..threads.min(pieces.len()) {
            // A machine that has no thread left does with fewer.
            if Builder::new().spawn_scoped(threads_of_it, take).is_err() {
                break;
            }
        }
        take();
    });
    places.into_iter().flat_map(|place| place.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_stand_in_their_places() {
        let items: Vec<usize> = (0..103).collect();
        for threads in [0, 1, 2, 7, 200] {
            let made = spread(&items, threads, 4, |piece| piece.iter().map(|one| one * 2).collect());
            assert_eq!(made, items.iter().map(|one| one * 2).collect::<Vec<_>>());
        }
        assert!(spread(&[], 2, 4, |piece: &[u8]| piece.to_vec()).is_empty());
    }

    #[test]
    fn a_stop_comes_when_it_is_told_or_at_its_time() {
        let stop = Stop::after(None);
        assert!(!stop.over());
        stop.tell();
        assert!(stop.over() && Stop::after(Some(0.0)).over() && Stop::after(Some(-1.0)).over());
        assert!(!Stop::after(Some(f64::INFINITY)).over() && !Stop::after(Some(3600.0)).over());
    }
}
