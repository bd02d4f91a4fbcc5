//! Work on several threads whose results come out in the order of what went in.

use std::num::NonZero;
use std::ops::ControlFlow;
use std::thread;

use crossbeam_channel::{Sender, bounded};

/// Applies `work` to every item on `threads` threads and hands the results to `sink` in the items' order.
///
/// `feed` runs on a thread of its own and hands over one item after the other, until it has no more or is told to
/// break. At most a few more items than there are threads are under way at once, which bounds the memory. When `sink`
/// fails, feeding stops and its error is returned.
pub fn ordered<T: Send, R: Send, E>(
    feed: impl FnOnce(&mut dyn FnMut(T) -> ControlFlow<()>) + Send,
    threads: NonZero<usize>,
    work: impl Fn(T) -> R + Sync,
    mut sink: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let ahead = threads.get() * 4;
    thread::scope(|scope| {
        // Every item travels with the place where its result is awaited; the places queue in order.
        let (jobs, todo) = bounded::<(T, Sender<R>)>(ahead);
        let (places, results) = bounded(ahead);
        scope.spawn(move || {
            feed(&mut |item| {
                let (place, result) = bounded(1);
                // Either fails only when everybody at the other end has gone: then nobody wants more.
                match places.send(result).is_ok() && jobs.send((item, place)).is_ok() {
                    true => ControlFlow::Continue(()),
                    false => ControlFlow::Break(()),
                }
            });
        });
        for _ in 0..threads.get() {
            let (todo, work) = (todo.clone(), &work);
            scope.spawn(move || {
                for (item, place) in todo {
                    // The result of an item that nobody awaits any more is dropped.
                    let _ = place.send(work(item));
                }
            });
        }
        drop(todo);
        for result in results {
            // The sender is gone without a result only if its worker panicked; the scope passes that panic on.
            if let Ok(result) = result.recv() {
                sink(result)?;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn threads(n: usize) -> NonZero<usize> {
        NonZero::new(n).expect("more than none")
    }

    fn numbers(upto: u64) -> impl FnOnce(&mut dyn FnMut(u64) -> ControlFlow<()>) + Send {
        move |each| {
            let _ = (0..upto).try_for_each(each);
        }
    }

    #[test]
    fn results_keep_the_order_of_the_items() {
        for n in [1, 2, 7] {
            let mut out = Vec::new();
            let slow_first = |i: u64| {
                thread::sleep(Duration::from_micros(200u64.saturating_sub(i)));
                i
            };
            let done: Result<(), ()> = ordered(numbers(300), threads(n), slow_first, |r| {
                out.push(r);
                Ok(())
            });
            assert_eq!(done, Ok(()));
            assert!(out.iter().copied().eq(0..300));
        }
    }

    #[test]
    fn a_failing_sink_ends_it_all() {
        let stop = |i: u64| if i < 3 { Ok(()) } else { Err(i) };
        assert_eq!(ordered(numbers(u64::MAX), threads(2), |i| i, stop), Err(3));
    }
}
