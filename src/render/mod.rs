//! How answers look: for a terminal, and for machines.
