//! A bound on the bytes that are on their way between two stages of the pipeline.
//!
//! Queues of the threads' making count items, and articles differ in size by four orders of magnitude.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// So many bytes may be under way.
#[derive(Debug)]
pub struct Room {
    limit: usize,
    taken: Mutex<usize>,
    left: Condvar,
}

impl Room {
    pub fn of(limit: usize) -> Arc<Room> {
        Arc::new(Room { limit, taken: Mutex::new(0), left: Condvar::new() })
    }

    /// Waits until there is room. What is larger than all the room goes alone.
    pub fn enter(self: &Arc<Self>, bytes: usize) -> Permit {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let crowded = |taken: &mut usize| *taken > 0 && *taken + bytes > self.limit;
        let mut taken = self.left.wait_while(taken, crowded).unwrap_or_else(PoisonError::into_inner);
        *taken += bytes;
        Permit { room: self.clone(), bytes }
    }
}

/// A place in the room, given back when dropped.
#[derive(Debug)]
pub struct Permit {
    room: Arc<Room>,
    bytes: usize,
}

impl Drop for Permit {
    fn drop(&mut self) {
        *self.room.taken.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.room.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    #[test]
    fn no_more_than_the_limit_is_under_way_and_giants_go_alone() {
        let room = Room::of(100);
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for bytes in [40, 40, 40, 250, 30, 99, 1] {
                let (room, inside, most) = (&room, &inside, &most);
                scope.spawn(move || {
                    for _ in 0..50 {
                        let permit = room.enter(bytes);
                        most.fetch_max(inside.fetch_add(bytes, SeqCst) + bytes, SeqCst);
                        std::thread::yield_now();
                        inside.fetch_sub(bytes, SeqCst);
                        drop(permit);
                    }
                });
            }
        });
        assert_eq!(most.into_inner(), 250);
        assert_eq!(*room.taken.lock().unwrap(), 0);
    }
}
